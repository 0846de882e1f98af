/**
 * The part of MQL that POMS writes and people write for it, read to a tree: recursive descent over the grammar of
 * spec/data-handling.md 3.3. Written from the spec, not against a real MetaCat.
 */

export type Query =
  | { kind: 'all' }
  | { kind: 'from'; datasets: string[] }
  | { kind: 'named'; dids: string[] }
  | { kind: 'fids'; fids: string[] }
  | { kind: 'union' | 'join'; of: Query[] }
  | { kind: 'minus'; left: Query; right: Query }
  | { kind: 'parents' | 'children' | 'ordered'; of: Query }
  | { kind: 'limit' | 'skip'; of: Query; count: number }
  | { kind: 'where'; of: Query; condition: Condition };

export type Value = string | number | boolean;

export type Condition =
  | { kind: 'and' | 'or'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'compare'; key: string; index: 'any' | 'all' | number | null; operator: string; value: Value }
  | { kind: 'range'; key: string; index: 'any' | 'all' | number | null; low: Value; high: Value }
  | { kind: 'one-of'; key: string; values: Value[] }
  | { kind: 'contains'; key: string; value: Value }
  | { kind: 'present'; key: string };

/** What the server answers with status 400. */
export class MqlSyntaxError extends Error {}

const TOKEN =
  /\s*(?:("[^"]*"|'[^']*')|([A-Za-z0-9_.%/$@*][\w.%/$@*-]*)|(!~\*|!~|~\*|==|!=|<=|>=|[-=<>~!()[\]{},:]))/y;

interface Token {
  text: string;
  quoted: boolean;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new MqlSyntaxError(`Unexpected character at ${at} of ${text.slice(0, 200)}`);
    const [, string, word, symbol] = match;
    found.push({ text: string?.slice(1, -1) ?? symbol ?? word ?? '', quoted: string !== undefined });
  }
  return found;
}

export function parseMql(text: string): Query {
  const parser = new Parser(tokens(text));
  const query = parser.query();
  parser.end();
  return query;
}

class Parser {
  #at = 0;
  readonly #tokens: Token[];

  constructor(list: Token[]) {
    this.#tokens = list;
  }

  query(): Query {
    let left = this.#postfix();
    while (this.#take('-')) left = { kind: 'minus', left, right: this.#postfix() };
    return left;
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new MqlSyntaxError(`Unexpected token ${rest.text}`);
  }

  #postfix(): Query {
    let query = this.#term();
    for (;;) {
      if (this.#take('where')) query = { kind: 'where', of: query, condition: this.#or() };
      else if (this.#take('ordered')) query = { kind: 'ordered', of: query };
      else if (this.#take('limit')) query = { kind: 'limit', of: query, count: Number(this.#word()) };
      else if (this.#take('skip')) query = { kind: 'skip', of: query, count: Number(this.#word()) };
      else return query;
    }
  }

  #term(): Query {
    if (this.#take('(')) return this.#closed(this.query(), ')');
    if (this.#take('[')) return this.#closed({ kind: 'union', of: this.#list() }, ']');
    if (this.#take('{')) return this.#closed({ kind: 'join', of: this.#list() }, '}');
    for (const kind of ['union', 'join'] as const) {
      if (this.#take(kind)) {
        this.#must('(');
        return this.#closed({ kind, of: this.#list() }, ')');
      }
    }
    for (const kind of ['parents', 'children'] as const) {
      if (this.#take(kind)) {
        this.#must('(');
        return this.#closed({ kind, of: this.query() }, ')');
      }
    }
    if (this.#take('fids')) return { kind: 'fids', fids: this.#words(() => this.#word()) };
    this.#must('files');
    if (this.#take('from')) {
      this.#take('datasets');
      return { kind: 'from', datasets: this.#words(() => this.#did()) };
    }
    const next = this.#tokens[this.#at + 1];
    if (next?.text === ':') return { kind: 'named', dids: this.#words(() => this.#did()) };
    return { kind: 'all' };
  }

  #list(): Query[] {
    const list = [this.query()];
    while (this.#take(',')) list.push(this.query());
    return list;
  }

  #words(one: () => string): string[] {
    const list = [one()];
    while (this.#take(',')) list.push(one());
    return list;
  }

  #or(): Condition {
    const of = [this.#and()];
    while (this.#take('or')) of.push(this.#and());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'or', of };
  }

  #and(): Condition {
    const of = [this.#comparison()];
    while (this.#take('and')) of.push(this.#comparison());
    return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'and', of };
  }

  #comparison(): Condition {
    if (this.#take('!')) return { kind: 'not', of: this.#comparison() };
    if (this.#take('(')) return this.#closed(this.#or(), ')');
    const first = this.#tokens[this.#at];
    if (first === undefined) throw new MqlSyntaxError('Unexpected end of the query');
    if (first.quoted || /^\d/.test(first.text)) {
      const value = this.#value();
      this.#must('in');
      return { kind: 'contains', key: this.#word(), value };
    }
    const key = this.#word();
    const index = this.#index();
    if (this.#take('present')) return { kind: 'present', key };
    if (this.#take('in')) {
      if (this.#take('(')) {
        const values = [this.#value()];
        while (this.#take(',')) values.push(this.#value());
        return this.#closed({ kind: 'one-of', key, values }, ')');
      }
      const low = this.#value();
      this.#must(':');
      return { kind: 'range', key, index, low, high: this.#value() };
    }
    const operator = this.#word();
    if (!/^(=|==|!=|<|<=|>|>=|~|~\*|!~|!~\*)$/.test(operator))
      throw new MqlSyntaxError(`Unexpected token ${operator}`);
    return { kind: 'compare', key, index, operator, value: this.#value() };
  }

  #index(): 'any' | 'all' | number | null {
    if (!this.#take('[')) return null;
    const word = this.#word();
    const index = word === 'any' || word === 'all' ? word : Number(word);
    return this.#closed(index, ']');
  }

  #value(): Value {
    if (this.#take('-')) return -Number(this.#word());
    const token = this.#next();
    if (token.quoted) return token.text;
    if (token.text === 'datetime') {
      this.#must('(');
      const seconds = Date.parse(this.#next().text) / 1000;
      if (Number.isNaN(seconds)) throw new MqlSyntaxError('Invalid datetime');
      return this.#closed(seconds, ')');
    }
    if (/^\d+(\.\d+)?$/.test(token.text)) return Number(token.text);
    if (/^(true|false)$/i.test(token.text)) return token.text.toLowerCase() === 'true';
    return token.text;
  }

  #did(): string {
    const namespace = this.#word();
    this.#must(':');
    return `${namespace}:${this.#word()}`;
  }

  #closed<T>(thing: T, bracket: string): T {
    this.#must(bracket);
    return thing;
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new MqlSyntaxError('Unexpected end of the query');
    this.#at += 1;
    return token;
  }

  #word(): string {
    const token = this.#next();
    if (token.quoted) throw new MqlSyntaxError(`Unexpected string "${token.text}"`);
    return token.text;
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.quoted || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #must(text: string): void {
    const token = this.#tokens[this.#at];
    if (!this.#take(text)) throw new MqlSyntaxError(`Unexpected token ${token?.text ?? 'end'}, not ${text}`);
  }
}
