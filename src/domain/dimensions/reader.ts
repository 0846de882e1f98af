import type { PomsError } from '../../errors.ts';
import { type Token, tokenize } from './lexer.ts';
import { queryProblem } from './problem.ts';
import { isKeyword } from './values.ts';

/** The tokens of a query one after the other, for the rules of the grammar. */
export class TokenReader {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  /** One or more values with commas between. */
  values(): string[] {
    const values = [this.value('a value')];
    while (this.symbol(',')) values.push(this.value('a value after the comma'));
    return values;
  }

  /** One value, bare or in quotes; keywords only in quotes. */
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

  /** Takes the next token where it is this word. */
  keyword(word: string): boolean {
    if (!this.isWord(word, 0)) return false;
    this.advance();
    return true;
  }

  /** Takes the next token where it is this symbol. */
  symbol(text: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    this.advance();
    return true;
  }

  /** The error that `wanted` was expected at the next token. */
  unexpected(wanted: string): PomsError {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the query ends' : `there is ${token.text || 'an empty value'}`;
    return queryProblem(this.#text, token.at, `${wanted} is expected here, but ${found}`);
  }

  problem(at: number, problem: string): PomsError {
    return queryProblem(this.#text, at, problem);
  }

  /** Is the token so far ahead this bare word, in capitals or not? */
  isWord(word: string, ahead: number): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  /** Is the next token this word, with a colon after it? */
  isLabel(word: string): boolean {
    const colon = this.peek(1);
    return this.isWord(word, 0) && colon.kind === 'symbol' && colon.text === ':';
  }
}
