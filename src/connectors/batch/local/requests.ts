/**
 * Actions asked for by any server and done by the pool that leads: one file each, done in the order asked. A file
 * goes when the action has taken effect on every job in it, so that no restart loses one.
 */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JOB_ACTIONS, possibleStates } from '../../../domain/job-actions.ts';
import type { JobState } from '../../../domain/job-state.ts';
import { readIfThere, replaceFile } from '../../text-files.ts';
import type { JobAction } from '../types.ts';
import type { Spool } from './spool.ts';

const request = z.object({
  action: z.enum(JOB_ACTIONS),
  /** Bounded, for it becomes part of a line in the event log. */
  reason: z.string(),
  /** Ids like `17.3`. */
  jobs: z.array(z.string()),
});
export type Request = z.infer<typeof request>;
export interface FiledRequest extends Request {
  file: string;
}

const REASON_LENGTH = 500;
let filed = 0;

export async function fileRequest(
  spool: Spool,
  action: JobAction,
  jobs: string[],
  reason: string,
): Promise<void> {
  filed += 1;
  const order = `${String(Date.now()).padStart(15, '0')}-${String(filed).padStart(9, '0')}-${process.pid}`;
  const file = join(spool.requests, `${order}.json`);
  await replaceFile(
    file,
    JSON.stringify({ action, jobs, reason: reason.slice(0, REASON_LENGTH) } satisfies Request),
  );
}

/** The requests that are not done yet, oldest first. */
export function openRequests(spool: Spool): FiledRequest[] {
  const names = readdirSync(spool.requests)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return names.flatMap((name) => {
    const file = join(spool.requests, name);
    const parsed = request.safeParse(parseJson(readIfThere(file)));
    return parsed.success ? [{ ...parsed.data, file }] : [];
  });
}

/** A file that a crash of the machine left empty asks for nothing. */
function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}

/** Keeps of a request only these jobs. */
export async function keepJobs({ file, action, reason }: FiledRequest, jobs: string[]): Promise<void> {
  if (jobs.length === 0) await rm(file, { force: true });
  else await replaceFile(file, JSON.stringify({ action, reason, jobs } satisfies Request));
}

const EFFECT: Record<JobAction, JobState> = { hold: 'held', release: 'idle', remove: 'removed' };

export function isPossible(action: JobAction, state: JobState): boolean {
  return possibleStates(action).includes(state);
}

/** The state that a job will be in once these requests are done. */
export function stateOnce(
  requests: readonly { action: JobAction; jobs: ReadonlySet<string> }[],
  job: string,
  state: JobState,
): JobState {
  return requests.reduce(
    (before, { action, jobs }) => (isPossible(action, before) && jobs.has(job) ? EFFECT[action] : before),
    state,
  );
}
