/** Keyset pagination over descending or ascending ids: cost of a page, whatever lies before it. */
import { PomsError } from '../errors.ts';

/** The id in an `after`; throws `bad-request`. */
export function afterId(after: string | undefined): number | null {
  if (after === undefined || after === '') return null;
  if (!/^\d{1,15}$/.test(after))
    throw new PomsError('bad-request', { problem: 'after: is not a place that POMS gave' });
  return Number(after);
}

/** Of `limit + 1` rows: the page, and where the next begins. */
export function toPage<T>(
  rows: T[],
  limit: number,
  idOf: (row: T) => number,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? String(idOf(last)) : null };
}

/** A comma list in a query, checked against what is possible; null when nothing was asked for. */
export function listOf<T extends string>(
  text: string | undefined,
  possible: readonly T[],
  what: string,
): T[] | null {
  if (text === undefined || text === '') return null;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !possible.includes(name as T));
  if (wrong.length > 0)
    throw new PomsError('bad-request', {
      problem: `${what}: ${wrong.join(', ')} is none of ${possible.join(', ')}`,
    });
  return names as T[];
}
