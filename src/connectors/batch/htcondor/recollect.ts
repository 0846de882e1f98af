/** Jobs looked for by what POMS knows of them: the submission's id, or their own. */
import { PomsError } from '../../../errors.ts';
import type { JobEvent, Recollection } from '../types.ts';
import type { Ad } from './ads.ts';
import { batchIdOf, type JobName, parseBatchId } from './batch-ids.ts';
import { EVENT_ATTRIBUTES, eventsOf, jobOf } from './job-events.ts';
import type { Questions, Schedd } from './questions.ts';

const IDS = ['ClusterId', 'ProcId', 'GlobalJobId', 'POMS4_SUBMISSION_ID'];

/**
 * The jobs that carry a submission's id; those in the queue where there are any, for reading the history costs a
 * second for each ten thousand jobs. Throws where none is found and a schedd cannot be asked: a launch must not be
 * taken for one without jobs.
 */
export async function find(ask: Questions, submissionId: number): Promise<string[]> {
  const constraint = `${ask.ours} && POMS4_SUBMISSION_ID == ${submissionId}`;
  let problem: unknown = null;
  for (const place of ['queue', 'history'] as const) {
    const answers = await Promise.allSettled(
      ask.schedds.map((schedd) => ask[place](schedd, constraint, IDS)),
    );
    const ids = new Set<string>();
    for (const answer of answers) {
      if (answer.status === 'rejected') problem = answer.reason;
      else for (const ad of answer.value) ids.add(jobOf(ad)?.batchId ?? '');
    }
    ids.delete('');
    if (ids.size > 0) return [...ids];
  }
  if (problem !== null) throw problem;
  return [];
}

/** Jobs in the queue, or else in the history, with what is asked of them; by their batch id. */
export async function lookUp(
  ask: Questions,
  jobs: readonly JobName[],
  attributes: readonly string[],
): Promise<Map<string, Ad>> {
  const found = new Map<string, Ad>();
  const take = (ads: readonly Ad[]): void => {
    for (const ad of ads) {
      const job = jobOf(ad);
      if (job !== null && !found.has(job.batchId)) found.set(job.batchId, ad);
    }
  };
  for (const [schedd, own] of bySchedd(ask, jobs)) {
    take(await ask.queue(schedd, clusters(own), attributes));
    const missing = own.filter((job) => !found.has(batchIdOf(job)));
    if (missing.length > 0) take(await ask.history(schedd, clusters(missing), attributes));
  }
  return found;
}

/**
 * The present state of jobs; null for those of which neither queue nor history knows. Jobs of a schedd that cannot be
 * asked are left out. Throws when none can.
 */
export async function recall(ask: Questions, batchIds: readonly string[]): Promise<Recollection> {
  const recalled = new Map<string, JobEvent | null>();
  const named = batchIds.map((batchId) => ({ batchId, job: parseBatchId(batchId) }));
  const jobs = named.flatMap(({ job }) => job ?? []);
  let problem: unknown = null;
  for (const [, own] of bySchedd(ask, jobs)) {
    try {
      const found = await lookUp(ask, own, EVENT_ATTRIBUTES);
      for (const job of own) {
        const ad = found.get(batchIdOf(job));
        recalled.set(batchIdOf(job), (ad && eventsOf(ad).at(-1)) ?? null);
      }
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      problem = error;
    }
  }
  if (problem !== null && recalled.size === 0) throw problem;
  return new Map(
    named.flatMap(({ batchId, job }): [string, JobEvent | null][] => {
      if (job === null) return [[batchId, null]];
      const event = recalled.get(batchIdOf(job));
      return event === undefined ? [] : [[batchId, event]];
    }),
  );
}

/** The jobs by the schedd that is to be asked for them. A schedd that is not followed is asked by its name. */
export function bySchedd(ask: Questions, jobs: readonly JobName[]): Map<Schedd, JobName[]> {
  const unnamed = ask.schedds.length === 1 && ask.schedds[0] === null;
  const groups = new Map<Schedd, JobName[]>();
  for (const job of jobs) {
    const schedd = unnamed ? null : job.schedd;
    const group = groups.get(schedd);
    if (group === undefined) groups.set(schedd, [job]);
    else group.push(job);
  }
  return groups;
}

/** By cluster, for a list of all jobs would be evaluated one by one at each ad. */
function clusters(jobs: readonly JobName[]): string {
  const numbers = [...new Set(jobs.map(({ cluster }) => cluster))];
  const [only] = numbers;
  if (numbers.length === 1) return `ClusterId == ${only}`;
  return `member(ClusterId, {${numbers.join(',')}})`;
}
