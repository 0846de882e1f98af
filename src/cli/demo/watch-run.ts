/** Following a run through the API until it has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import { launchList } from '../../services/launches/schema.ts';
import { submissionList } from '../../services/submissions/schema.ts';
import { type Client, ofExperiment } from '../client.ts';
import { CommandFailure } from '../failure.ts';
import {
  hasEnded,
  progressOf,
  type RunLaunch,
  type RunSubmission,
  type StageProgress,
} from './run-progress.ts';

export interface Run {
  experiment: string;
  campaign: string;
  runId: number;
  /** Names, in the campaign's order. */
  stages: string[];
}

/** Milliseconds between looks. */
const INTERVAL = 500;
/** Submissions and launches of one run that are looked at, at most. */
const MOST = 5000;

/**
 * Calls `show` at every look, until the run has ended or `stop` is aborted; returns its last state. Throws
 * `CommandFailure` when it has not ended within `timeout` milliseconds.
 */
export async function watchRun(
  client: Client,
  run: Run,
  show: (stages: StageProgress[]) => void,
  { timeout, stop }: { timeout: number; stop: AbortSignal },
): Promise<{ stages: StageProgress[]; submissions: RunSubmission[]; ended: boolean }> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const look = await lookAt(client, run);
    show(look.stages);
    if (look.ended || stop.aborted) return look;
    if (Date.now() > deadline) {
      const open = look.stages.filter(({ state }) => state !== 'done').map(({ stage }) => stage);
      throw new CommandFailure(
        `The campaign has not ended within ${Math.round(timeout / 60_000)} minutes: ${open.join(', ')}.`,
      );
    }
    await sleep(INTERVAL, undefined, { signal: stop }).catch(() => {});
  }
}

async function lookAt(client: Client, run: Run) {
  const before = await submissionsOf(client, run);
  const launches = await launchesOf(client, run);
  // A launch becomes a submission between two questions: it has ended only if the third sees the same as the first.
  const submissions = await submissionsOf(client, run);
  const ended =
    hasEnded(run.runId, before, launches) &&
    hasEnded(run.runId, submissions, []) &&
    before.length === submissions.length;
  return { stages: progressOf(run.stages, run.runId, submissions, launches), submissions, ended };
}

async function submissionsOf(client: Client, { experiment, runId }: Run): Promise<RunSubmission[]> {
  return (await client.list(ofExperiment(experiment, 'submissions'), submissionList, { run: runId }, MOST))
    .items;
}

async function launchesOf(client: Client, { experiment, campaign, runId }: Run): Promise<RunLaunch[]> {
  const query = { campaign, state: 'queued,claimed,running,failed' };
  const { items } = await client.list(ofExperiment(experiment, 'launches'), launchList, query, MOST);
  return items.filter((launch) => launch.runId === runId);
}
