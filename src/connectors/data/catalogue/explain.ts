/** A query told apart before it is used. */
import { sql } from 'kysely';
import { outlineOf, parseDimensions, printDimensions } from '../../../domain/dimensions/index.ts';
import type { QuerySummary, QueryTold } from '../types.ts';
import { isAnchored } from './anchor.ts';
import { expand } from './expand.ts';
import { loadDefinitions, summarize } from './queries.ts';
import { isCanceled, read, type Session } from './session.ts';

/** The query with each definition replaced by its own query, in the normalised way of writing. Error 'bad-query'. */
export async function explainQuery({ db }: Session, experiment: string, query: string): Promise<string> {
  const load = (names: string[]) => loadDefinitions(db, experiment, names);
  return printDimensions(await expand(query, experiment, load));
}

/** Error 'bad-query'. */
export async function tellQuery({ db }: Session, experiment: string, query: string): Promise<QueryTold> {
  const tree = parseDimensions(query);
  const expanded = await expand(query, experiment, (names) => loadDefinitions(db, experiment, names));
  return {
    normalised: printDimensions(tree),
    expanded: printDimensions(expanded),
    outline: outlineOf(tree),
    begins: isAnchored(expanded) ? 'few' : 'all',
  };
}

/** Null where it takes longer than `seconds`. Error 'bad-query'. */
export function quickSummary(
  session: Session,
  experiment: string,
  query: string,
  seconds: number,
): Promise<QuerySummary | null> {
  return read(session, async (db) => {
    await sql`select set_config('statement_timeout', ${`${seconds}s`}, true)`.execute(db);
    try {
      return await summarize({ db, inTransaction: true }, experiment, query);
    } catch (error) {
      if (isCanceled(error)) return null;
      throw error;
    }
  });
}
