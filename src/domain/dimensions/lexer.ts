import { MAX_QUERY_BYTES, queryProblem } from './problem.ts';

/** A piece of a query. `word` is a bare name, keyword, number or value; `quoted` has lost its quotes. */
export interface Token {
  kind: 'word' | 'quoted' | 'symbol' | 'end';
  text: string;
  at: number;
}

const SPACE = /[ \t\r\n]+/y;
const WORD = /[A-Za-z0-9_.%?+-]+/y;
const QUOTED = /'[^']*'|"[^"]*"/y;
const SYMBOL = /<=|>=|!=|[<>=(),:]/y;
const FOREIGN = /[^\x20-\x7e\t\r\n]/;

/**
 * Cuts a query into tokens, the last of which has kind `end`. Throws 'bad-query' at a character that belongs to
 * no token, an unclosed quote, a character outside ASCII, an empty or an over-long query.
 */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_QUERY_BYTES) {
    throw queryProblem(text, MAX_QUERY_BYTES, `the query is longer than ${MAX_QUERY_BYTES} characters`);
  }
  const foreign = FOREIGN.exec(text);
  if (foreign) throw queryProblem(text, foreign.index, 'only printable ASCII characters are allowed');

  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (at += take(SPACE)?.length ?? 0; at < text.length; at += take(SPACE)?.length ?? 0) {
    const token = next(text, at, take);
    tokens.push(token);
    at += token.text.length + (token.kind === 'quoted' ? 2 : 0);
  }
  if (tokens.length === 0) throw queryProblem(text, 0, 'the query is empty');
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function next(text: string, at: number, take: (pattern: RegExp) => string | undefined): Token {
  const word = take(WORD);
  if (word !== undefined) return { kind: 'word', text: word, at };
  const quoted = take(QUOTED);
  if (quoted !== undefined) return { kind: 'quoted', text: quoted.slice(1, -1), at };
  const symbol = take(SYMBOL);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at };
  const character = text.charAt(at);
  if (character === "'" || character === '"')
    throw queryProblem(text, at, 'the quote that opens here is not closed');
  throw queryProblem(text, at, `${character} is not allowed here; put the value in quotes`);
}
