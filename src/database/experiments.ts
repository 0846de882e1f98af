/** What several nouns need of experiments. */
import { PomsError } from '../errors.ts';
import type { Transaction } from './index.ts';

/** Changes of what belongs to the experiment as a whole wait for each other until the transaction ends. Throws `not-found`. */
export async function lockExperiment(trx: Transaction, experiment: string): Promise<void> {
  const found = await trx
    .selectFrom('experiment')
    .select('experiment')
    .where('experiment', '=', experiment)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (found === undefined) throw new PomsError('not-found', { kind: 'experiment', name: experiment });
}
