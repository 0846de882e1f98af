/** Jobs looked for by what POMS knows of them: the submission's id, or their own. */
import { PomsError } from '../../../errors.ts';
import type { JobEvent, Recollection } from '../types.ts';
import { batchIdOf, parseBatchId } from './batch-ids.ts';
import { takenOutEvent } from './changes.ts';
import { eventsOf, wasRefused } from './job-events.ts';
import type { Questions } from './questions.ts';
import type { SlurmJob } from './records.ts';

/** How far back it is searched for jobs of a launch whose end nobody saw. */
const SEARCH_MS = 14 * 24 * 3600_000;

/**
 * The jobs that carry a submission's id; of an sbatch that was refused there are none. Throws where the accounting
 * should know and cannot be asked, for then a launch must not be taken for one without jobs.
 */
export async function find(ask: Questions, system: string, submissionId: number): Promise<string[]> {
  const own = (jobs: readonly SlurmJob[]): string[] => [
    ...new Set(
      jobs
        .filter((job) => job.submissionId === submissionId && !wasRefused(job))
        .map((job) => batchIdOf(job, system)),
    ),
  ];
  const queued = own(await ask.queue());
  if (queued.length > 0) return queued;
  const now = await ask.now();
  return own((await ask.ended(now - SEARCH_MS, now)) ?? noAccounts(ask, system));
}

/** The present state of jobs by their ids; null for those that Slurm does not know, in the queue or its accounting. */
export async function recall(
  ask: Questions,
  system: string,
  batchIds: readonly string[],
): Promise<Recollection> {
  const now = await ask.now();
  const queued = await ask.queue();
  const jobs = new Map(queued.map((job) => [batchIdOf(job, system), job]));
  const arrays = new Map(queued.map((job) => [job.job, job]));
  const asked = batchIds.map((batchId) => ({ batchId, name: parseBatchId(batchId, system) }));
  const gone = asked.flatMap(({ name }) =>
    name === null || jobs.has(batchIdOf(name, system)) ? [] : [name],
  );
  const accounts =
    gone.length === 0
      ? []
      : ((await ask.account(gone, (job) => arrays.get(job)?.submissionId ?? null)) ??
        noAccounts(ask, system));
  for (const job of accounts) {
    if (!jobs.has(batchIdOf(job, system))) jobs.set(batchIdOf(job, system), job);
    if (!arrays.has(job.job)) arrays.set(job.job, job);
  }
  const recalled = asked.map(({ batchId, name }): [string, JobEvent | null] => {
    if (name === null) return [batchId, null];
    const known = jobs.get(batchIdOf(name, system));
    if (known !== undefined) return [batchId, eventsOf(known, system, now).at(-1) ?? null];
    // Not in an array that is known: cancelled before it started, of which Slurm keeps no record.
    const array = name.task === null || !ask.hasAccounting() ? undefined : arrays.get(name.job);
    if (array === undefined) return [batchId, null];
    const job = { ...array, task: name.task };
    const event = { ...job, batchId: batchIdOf(job, system), attempt: job.restarts + 1 };
    return [batchId, takenOutEvent(event, new Date(now))];
  });
  return new Map(recalled);
}

function noAccounts(ask: Questions, system: string): [] {
  if (!ask.hasAccounting()) return [];
  const problem = ask.accountingProblem() ?? 'it does not answer';
  throw new PomsError('outside-system', { system: `The accounting of ${system}`, problem });
}
