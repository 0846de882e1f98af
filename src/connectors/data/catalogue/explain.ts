import { printDimensions } from '../../../domain/dimensions/index.ts';
import { expand } from './expand.ts';
import { loadDefinitions } from './queries.ts';
import type { Session } from './session.ts';

/** The query with each definition replaced by its own query, in the normalised way of writing. Error 'bad-query'. */
export async function explainQuery({ db }: Session, experiment: string, query: string): Promise<string> {
  const load = (names: string[]) => loadDefinitions(db, experiment, names);
  return printDimensions(await expand(query, experiment, load));
}
