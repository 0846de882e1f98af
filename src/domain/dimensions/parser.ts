import { parseTest } from './arguments.ts';
import {
  type Expression,
  RELATIONS,
  type Relation,
  type SetOperation,
  type SetOperator,
  type WithItems,
} from './ast.ts';
import { checkLineage } from './lineage.ts';
import { MAX_DEPTH, queryProblem } from './problem.ts';
import { TokenReader } from './reader.ts';
import { availabilityLabel, joinTerm, mergeWith, negate, oneOrMany, withAvailability } from './shape.ts';
import { isKeyword } from './values.ts';
import { parseWithItems } from './with.ts';

const SET_OPERATORS: ReadonlySet<string> = new Set(['minus', 'intersect', 'union'] satisfies SetOperator[]);
const NAME = /^[A-Za-z][A-Za-z0-9_.+-]*$/;

/**
 * Parses a query in the SAM dimensions language (grammar: docs/dimensions.md). Throws PomsError 'bad-query' with
 * line, column and the marked place for whatever is not in the language, nests deeper than 500 levels, is longer
 * than 100 kB, or combines ancestors with other lineage, which the language forbids.
 */
export function parseDimensions(text: string): Expression {
  const parser = new Parser(text);
  const expression = parser.query();
  checkLineage(text, expression);
  return expression;
}

/** Recursive descent, one method for each rule of the grammar. */
class Parser {
  readonly #text: string;
  readonly #reader: TokenReader;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#reader = new TokenReader(text);
  }

  query(): Expression {
    const expression = this.#expression();
    const rest = this.#reader.peek();
    if (rest.kind !== 'end')
      throw this.#reader.unexpected('and, or, minus, union, intersect, with or the end of the query');
    return expression;
  }

  #expression(): Expression {
    const expression = this.#setClause();
    const items: WithItems = {};
    while (this.#reader.keyword('with')) parseWithItems(this.#reader, items);
    return Object.keys(items).length === 0 ? expression : mergeWith(expression, items);
  }

  #setClause(): Expression {
    const whole = this.#orClause();
    // A set operation in parentheses on the left continues with what follows: evaluated from the left anyway.
    const { at, first, rest } =
      whole.kind === 'set' ? whole : { at: whole.at, first: whole, rest: [] as SetOperation['rest'] };
    for (let operator = this.#setOperator(); operator; operator = this.#setOperator()) {
      rest.push({ operator, of: this.#orClause() });
    }
    return rest.length === 0 ? first : { kind: 'set', at, first, rest };
  }

  #setOperator(): SetOperator | null {
    const word = this.#reader.peek().text.toLowerCase();
    if (this.#reader.peek().kind !== 'word' || !SET_OPERATORS.has(word)) return null;
    this.#reader.advance();
    return word as SetOperator;
  }

  #orClause(): Expression {
    let terms: Expression[] = [];
    do terms = joinTerm('or', terms, this.#andClause());
    while (this.#reader.keyword('or'));
    return oneOrMany('or', terms);
  }

  #andClause(): Expression {
    const at = this.#reader.peek().at;
    let terms: Expression[] = [];
    let availability: string[] | null = null;
    do {
      const place = this.#reader.peek().at;
      const term = this.#andTerm();
      const label = availabilityLabel(term);
      if (label && availability)
        throw this.#reader.problem(place, 'availability: is given twice for the same terms');
      if (label) availability = label;
      else terms = joinTerm('and', terms, term);
    } while (this.#reader.keyword('and'));
    return withAvailability(at, oneOrMany('and', terms, at), availability);
  }

  #andTerm(): Expression {
    const { at } = this.#reader.peek();
    if (!this.#reader.isLabel('availability')) return this.#notClause();
    this.#reader.advance(2);
    return withAvailability(at, { kind: 'everything', at }, this.#reader.values());
  }

  #notClause(): Expression {
    const at = this.#reader.peek().at;
    if (!this.#reader.keyword('not')) return this.#base();
    this.#descend(at);
    const of = this.#notClause();
    this.#depth -= 1;
    return negate(at, of);
  }

  #base(): Expression {
    const token = this.#reader.peek();
    if (this.#reader.symbol('(')) return this.#group(token.at);
    if (this.#reader.isLabel('defname')) {
      this.#reader.advance(2);
      return { kind: 'definition', at: token.at, name: this.#reader.value('the name of a definition') };
    }
    const relation = RELATIONS.find((name) => this.#reader.isLabel(name));
    if (relation) return this.#relative(relation, token.at);
    return this.#dimension();
  }

  /** What stands in parentheses; the opening one is taken. */
  #group(at: number): Expression {
    this.#descend(at);
    const expression = this.#expression();
    this.#depth -= 1;
    if (!this.#reader.symbol(')'))
      throw this.#reader.unexpected(`the ) that closes the ( of column ${this.#column(at)}`);
    return expression;
  }

  #relative(relation: Relation, at: number): Expression {
    this.#reader.advance(2);
    const open = this.#reader.peek();
    if (!this.#reader.symbol('(')) throw this.#reader.unexpected(`( after ${relation}:`);
    return { kind: 'relative', at, relation, of: this.#group(open.at) };
  }

  #dimension(): Expression {
    const token = this.#reader.peek();
    if (token.kind !== 'word' || !NAME.test(token.text) || isKeyword(token.text)) {
      throw this.#reader.unexpected('the name of a dimension');
    }
    if (this.#reader.peek(1).text === ':' && this.#reader.peek(1).kind === 'symbol') {
      const known = `defname, availability, ${RELATIONS.join(', ')}`;
      throw queryProblem(this.#text, token.at, `${token.text} is not followed by a colon; only ${known} are`);
    }
    this.#reader.advance();
    return { kind: 'dimension', at: token.at, name: token.text.toLowerCase(), test: parseTest(this.#reader) };
  }

  #column(at: number): number {
    return at - this.#text.lastIndexOf('\n', at - 1);
  }

  /** One level deeper. Without a function around the rule: frames of the stack are what limits the depth. */
  #descend(at: number): void {
    if (this.#depth >= MAX_DEPTH)
      throw queryProblem(this.#text, at, `the query nests deeper than ${MAX_DEPTH} levels`);
    this.#depth += 1;
  }
}
