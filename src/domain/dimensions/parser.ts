import {
  type And,
  type Argument,
  type Expression,
  RELATIONS,
  type Relation,
  type SetOperation,
  type SetOperator,
  type Test,
  type WithItems,
} from './ast.ts';
import { type Token, tokenize } from './lexer.ts';
import { checkLineage } from './lineage.ts';
import { MAX_DEPTH, queryProblem } from './problem.ts';
import { liftAvailability, mergeWith, negate, oneOrMany } from './shape.ts';
import { asRange, isEndpoint, isKeyword } from './values.ts';
import { parseWithItems } from './with.ts';

const SET_OPERATORS: ReadonlySet<string> = new Set(['minus', 'intersect', 'union'] satisfies SetOperator[]);
const NAME = /^[A-Za-z][A-Za-z0-9_.+-]*$/;
const ORDERINGS = ['<=', '>=', '<', '>'] as const;

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
export class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  query(): Expression {
    const expression = this.#expression();
    const rest = this.peek();
    if (rest.kind !== 'end')
      throw this.unexpected('and, or, minus, union, intersect, with or the end of the query');
    return expression;
  }

  #expression(): Expression {
    const expression = this.#setClause();
    const items: WithItems = {};
    while (this.keyword('with')) parseWithItems(this, items);
    return Object.keys(items).length === 0 ? expression : mergeWith(expression, items);
  }

  #setClause(): Expression {
    const first = this.#orClause();
    const rest: SetOperation['rest'] = [];
    for (let operator = this.#setOperator(); operator; operator = this.#setOperator()) {
      rest.push({ operator, of: this.#orClause() });
    }
    if (rest.length === 0) return first;
    // A set operation in parentheses on the left continues with what follows: evaluated from the left anyway.
    if (first.kind === 'set') return { ...first, rest: [...first.rest, ...rest] };
    return { kind: 'set', at: first.at, first, rest };
  }

  #setOperator(): SetOperator | null {
    const word = this.peek().text.toLowerCase();
    if (this.peek().kind !== 'word' || !SET_OPERATORS.has(word)) return null;
    this.advance();
    return word as SetOperator;
  }

  #orClause(): Expression {
    const terms = [this.#andClause()];
    while (this.keyword('or')) terms.push(this.#andClause());
    return oneOrMany('or', terms);
  }

  #andClause(): Expression {
    const at = this.peek().at;
    const terms: And['terms'] = [];
    const availability: string[][] = [];
    do {
      if (this.#isLabel('availability')) {
        this.advance(2);
        availability.push(this.values());
      } else terms.push(this.#notClause());
    } while (this.keyword('and'));
    return liftAvailability(this.#text, at, terms, availability);
  }

  #notClause(): Expression {
    const at = this.peek().at;
    if (!this.keyword('not')) return this.#base();
    return this.#nested(at, () => negate(at, this.#notClause()));
  }

  #base(): Expression {
    const token = this.peek();
    if (this.symbol('(')) return this.#group(token.at);
    if (this.#isLabel('defname')) {
      this.advance(2);
      return { kind: 'definition', at: token.at, name: this.value('the name of a definition') };
    }
    const relation = RELATIONS.find((name) => this.#isLabel(name));
    if (relation) return this.#relative(relation, token.at);
    return this.#dimension();
  }

  /** What stands in parentheses; the opening one is taken. */
  #group(at: number): Expression {
    return this.#nested(at, () => {
      const expression = this.#expression();
      if (!this.symbol(')')) throw this.unexpected(`the ) that closes the ( of column ${this.#column(at)}`);
      return expression;
    });
  }

  #relative(relation: Relation, at: number): Expression {
    this.advance(2);
    const open = this.peek();
    if (!this.symbol('(')) throw this.unexpected(`( after ${relation}:`);
    return { kind: 'relative', at, relation, of: this.#group(open.at) };
  }

  #dimension(): Expression {
    const token = this.peek();
    if (token.kind !== 'word' || !NAME.test(token.text) || isKeyword(token.text)) {
      throw this.unexpected('the name of a dimension');
    }
    if (this.peek(1).text === ':' && this.peek(1).kind === 'symbol') {
      const known = `defname, availability, ${RELATIONS.join(', ')}`;
      throw queryProblem(this.#text, token.at, `${token.text} is not followed by a colon; only ${known} are`);
    }
    this.advance();
    return { kind: 'dimension', at: token.at, name: token.text.toLowerCase(), test: this.#test() };
  }

  #test(): Test {
    if (this.keyword('in')) return { operator: '=', argument: this.#inParentheses(() => this.#argument()) };
    if (this.keyword('like')) return { operator: 'like', argument: this.#single() };
    if (this.#isWord('not', 0) && this.#isWord('in', 1)) {
      this.advance(2);
      return { operator: '!=', argument: this.#inParentheses(() => this.#argument()) };
    }
    if (this.#isWord('not', 0) && this.#isWord('like', 1)) {
      this.advance(2);
      return { operator: 'not like', argument: this.#single() };
    }
    const ordering = ORDERINGS.find((operator) => this.symbol(operator));
    if (ordering) return { operator: ordering, argument: this.#single() };
    const operator = this.symbol('!=') ? '!=' : '=';
    if (operator === '=') this.symbol('=');
    return { operator, argument: this.#inParentheses(() => this.#argument()) };
  }

  /** One value, where a list or a range makes no sense. */
  #single() {
    const value = this.#inParentheses(() => this.value('a value'));
    const after = this.peek();
    if (after.text === ',' || (after.kind === 'word' && after.text.startsWith('-'))) {
      throw queryProblem(this.#text, after.at, 'this operator takes one value, not a list or a range');
    }
    return { kind: 'value', value } as const;
  }

  #inParentheses<T>(rule: () => T): T {
    if (!this.symbol('(')) return rule();
    const result = rule();
    if (!this.symbol(')')) throw this.unexpected(')');
    return result;
  }

  /** Ordered choice: a list before a range before a value. */
  #argument(): Argument {
    const first = this.peek();
    const after = this.peek(1);
    if (after.kind === 'symbol' && after.text === ',') return { kind: 'list', values: this.values() };
    if (first.kind === 'word') {
      const range = asRange(first.text);
      if (range) {
        this.advance();
        return range;
      }
    }
    return this.#spacedRange() ?? { kind: 'value', value: this.value('a value') };
  }

  /** A range of several tokens: 'a'-'b', 1 - 5, 1-'b'. */
  #spacedRange(): Argument | null {
    const [first, second, third] = [this.peek(), this.peek(1), this.peek(2)];
    const isEnd = (token: Token, text = token.text) =>
      token.kind === 'quoted' || (token.kind === 'word' && isEndpoint(text));
    if (first.kind === 'word' && first.text.endsWith('-') && second.kind === 'quoted') {
      const from = first.text.slice(0, -1);
      if (!isEndpoint(from)) return null;
      this.advance(2);
      return { kind: 'range', from, to: second.text };
    }
    if (!isEnd(first) || second.kind !== 'word' || !second.text.startsWith('-')) return null;
    if (second.text !== '-') {
      const to = second.text.slice(1);
      if (!isEndpoint(to)) return null;
      this.advance(2);
      return { kind: 'range', from: first.text, to };
    }
    if (!isEnd(third)) return null;
    this.advance(3);
    return { kind: 'range', from: first.text, to: third.text };
  }

  /** One or more values with commas between. */
  values(): string[] {
    const values = [this.value('a value')];
    while (this.symbol(',')) values.push(this.value('a value after the comma'));
    return values;
  }

  value(wanted: string): string {
    const token = this.peek();
    const bare = token.kind === 'word' && !isKeyword(token.text);
    if (!bare && token.kind !== 'quoted') throw this.unexpected(wanted);
    this.advance();
    return token.text;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)];
    if (!token) throw queryProblem(this.#text, this.#text.length, 'the query is empty');
    return token;
  }

  advance(count = 1): void {
    this.#next += count;
  }

  keyword(word: string): boolean {
    if (!this.#isWord(word, 0)) return false;
    this.advance();
    return true;
  }

  symbol(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.advance();
    return true;
  }

  unexpected(wanted: string) {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the query ends' : `there is ${token.text || 'an empty value'}`;
    return queryProblem(this.#text, token.at, `${wanted} is expected here, but ${found}`);
  }

  problem(at: number, problem: string) {
    return queryProblem(this.#text, at, problem);
  }

  #isWord(word: string, ahead: number): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  #isLabel(word: string): boolean {
    const colon = this.peek(1);
    return this.#isWord(word, 0) && colon.kind === 'symbol' && colon.text === ':';
  }

  #column(at: number): number {
    return at - this.#text.lastIndexOf('\n', at - 1);
  }

  #nested<T>(at: number, rule: () => T): T {
    if (this.#depth >= MAX_DEPTH)
      throw queryProblem(this.#text, at, `the query nests deeper than ${MAX_DEPTH} levels`);
    this.#depth += 1;
    const result = rule();
    this.#depth -= 1;
    return result;
  }
}
