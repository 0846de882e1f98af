/**
 * Hold, release, remove: the queue is asked before and after, for the commands tell numbers, not jobs, and those of
 * jobsub tell nothing at all. Safe to repeat: what is already so is not asked for again.
 */
import type { CommandResult } from '../../commands/types.ts';
import type { ActionOutcome, JobAction, JobSelector } from '../types.ts';
import { type Ad, numberOf } from './ads.ts';
import { batchIdOf, type JobName, parseBatchId } from './batch-ids.ts';
import { jobOf, STATUS } from './job-events.ts';
import { complaint, type Questions, type Schedd } from './questions.ts';
import { bySchedd, lookUp } from './recollect.ts';

const ATTRIBUTES = ['ClusterId', 'ProcId', 'GlobalJobId', 'POMS4_SUBMISSION_ID', 'JobStatus'];
/** Ids in one command. */
const CHUNK = 1000;

/** In which states an action is for a job, and whether it has had its effect. */
const RULES: Record<JobAction, { from: ReadonlySet<number>; done(status: number | null): boolean }> = {
  hold: {
    from: new Set([STATUS.idle, STATUS.running, STATUS.transferringOutput, STATUS.suspended]),
    done: (status) => status === STATUS.held,
  },
  release: { from: new Set([STATUS.held]), done: (status) => status !== STATUS.held },
  remove: {
    from: new Set([STATUS.idle, STATUS.running, STATUS.held, STATUS.transferringOutput, STATUS.suspended]),
    done: (status) => status === null || status === STATUS.removed,
  },
};

/** Does it to these jobs of a schedd, all of them in one of the states that the action is for. */
export type Perform = (
  schedd: Schedd,
  jobs: readonly JobName[],
  action: JobAction,
  reason: string,
) => Promise<CommandResult>;

/** With HTCondor's own commands. */
export function performBy(ask: Questions): Perform {
  const commands = { hold: 'condor_hold', release: 'condor_release', remove: 'condor_rm' };
  return (schedd, jobs, action, reason) =>
    ask.run(commands[action], schedd, [
      ...['-reason', reason],
      ...jobs.map(({ cluster, process }) => `${cluster}.${process}`),
    ]);
}

export async function act(
  ask: Questions,
  perform: Perform,
  selector: JobSelector,
  action: JobAction,
  reason: string,
): Promise<ActionOutcome[]> {
  const chosen = await choose(ask, selector);
  const rule = RULES[action];
  const able = chosen.flatMap(({ job, status }) =>
    job !== null && status !== null && rule.from.has(status) ? [job] : [],
  );
  const failed = new Map<string, string>();
  for (const [schedd, own] of bySchedd(ask, able)) {
    for (let from = 0; from < own.length; from += CHUNK) {
      const jobs = own.slice(from, from + CHUNK);
      const answer = await perform(schedd, jobs, action, reason);
      const after = await statuses(ask, schedd, jobs);
      for (const job of jobs) {
        const id = batchIdOf(job);
        if (!rule.done(after.get(id) ?? null)) failed.set(id, refusal(answer, job));
      }
    }
  }
  return chosen.map(({ batchId, status, job }): ActionOutcome => {
    if (job === null || status === null) return { batchId, outcome: 'unknown-job' };
    if (!rule.from.has(status))
      return { batchId, outcome: 'not-applicable', detail: `The job is ${word(status)}.` };
    const detail = failed.get(batchIdOf(job));
    return detail === undefined ? { batchId, outcome: 'accepted' } : { batchId, outcome: 'failed', detail };
  });
}

interface Chosen {
  batchId: string;
  job: JobName | null;
  /** Null: no such job is known. */
  status: number | null;
}

/** The jobs that are meant. Of a submission those in the queue: the others have ended. */
async function choose(ask: Questions, selector: JobSelector): Promise<Chosen[]> {
  if ('submissionId' in selector) {
    const answers = await Promise.all(
      ask.schedds.map((schedd) =>
        ask.queue(schedd, `${ask.ours} && POMS4_SUBMISSION_ID == ${selector.submissionId}`, ATTRIBUTES),
      ),
    );
    return answers.flat().flatMap((ad): Chosen[] => {
      const job = jobOf(ad);
      return job === null ? [] : [{ batchId: job.batchId, job, status: numberOf(ad, 'JobStatus') }];
    });
  }
  const named = selector.batchIds.map((batchId) => ({ batchId, job: parseBatchId(batchId) }));
  const ads = await lookUp(
    ask,
    named.flatMap(({ job }) => job ?? []),
    ATTRIBUTES,
  );
  return named.map(({ batchId, job }) => {
    const ad = job === null ? undefined : ads.get(batchIdOf(job));
    return { batchId, job, status: ad === undefined ? null : numberOf(ad, 'JobStatus') };
  });
}

/** Of those that are still in the queue. */
async function statuses(
  ask: Questions,
  schedd: Schedd,
  jobs: readonly JobName[],
): Promise<Map<string, number | null>> {
  const clusters = [...new Set(jobs.map(({ cluster }) => cluster))];
  const ads = await ask.queue(schedd, `member(ClusterId, {${clusters.join(',')}})`, ATTRIBUTES);
  const pairs = ads.flatMap((ad: Ad): [string, number | null][] => {
    const job = jobOf(ad);
    return job === null ? [] : [[job.batchId, numberOf(ad, 'JobStatus')]];
  });
  return new Map(pairs);
}

/** What the command said of the job, or at all. */
function refusal(answer: CommandResult, { cluster, process }: JobName): string {
  const about = `${answer.stderr}\n${answer.stdout}`
    .split('\n')
    .find((line) => new RegExp(`\\b${cluster}\\.${process}\\b`).test(line));
  return about?.trim() ?? complaint(answer);
}

function word(status: number): string {
  const found = Object.entries(STATUS).find(([, number]) => number === status)?.[0];
  return found === 'transferringOutput' ? 'transferring its output' : (found ?? `in state ${status}`);
}
