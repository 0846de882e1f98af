/**
 * Hold, release and remove. Slurm's commands tell little: scancel ends well for jobs that never were, and a hold of a
 * job that runs waits silently for its next attempt. So each job is looked at before.
 */
import { isEnded, type JobState } from '../../../domain/job-state.ts';
import type { CommandResult } from '../../commands/types.ts';
import type { ActionOutcome, JobAction, JobSelector } from '../types.ts';
import { batchIdOf, type JobName, parseBatchId, words } from './batch-ids.ts';
import { stateOf } from './job-events.ts';
import { lastLine, type Questions } from './questions.ts';

const COMMANDS: Readonly<Record<JobAction, string[]>> = {
  hold: ['scontrol', 'hold'],
  release: ['scontrol', 'release'],
  remove: ['scancel'],
};

const POSSIBLE: Readonly<Record<JobAction, readonly JobState[]>> = {
  hold: ['idle'],
  release: ['held'],
  remove: ['idle', 'held', 'running'],
};

/** Characters of job ids that one command is given. */
const LINE = 20_000;

/** `ask` with the rights of POMS looks, `as` with those of the person's account acts. */
export async function act(
  ask: Questions,
  as: Questions,
  system: string,
  selector: JobSelector,
  action: JobAction,
): Promise<ActionOutcome[]> {
  const states = await statesOf(ask, system, selector);
  const outcomes = new Map<string, ActionOutcome>();
  const chosen: JobName[] = [];
  for (const [batchId, { name, state }] of states) {
    if (name === null || state === null) {
      outcomes.set(batchId, { batchId, outcome: 'unknown-job' });
    } else if (POSSIBLE[action].includes(state)) {
      outcomes.set(batchId, { batchId, outcome: 'accepted' });
      chosen.push(name);
    } else {
      outcomes.set(batchId, { batchId, outcome: 'not-applicable', detail: refusal(action, state) });
    }
  }
  for (const some of lines(words(chosen))) {
    await command(as, system, action, some, outcomes);
  }
  return [...outcomes.values()];
}

/** One command for many; where it fails for one of them, one for each word, to know for which. */
async function command(
  as: Questions,
  system: string,
  action: JobAction,
  some: ReturnType<typeof words>,
  outcomes: Map<string, ActionOutcome>,
): Promise<void> {
  const [program = '', ...verb] = COMMANDS[action];
  const list = some.map(({ word }) => word);
  // scancel takes its jobs as words, scontrol as a list.
  const answer = await as.run(program, [...verb, ...(action === 'remove' ? list : [list.join(',')])]);
  const detail = problemIn(answer);
  if (detail === null) return;
  if (some.length > 1) {
    for (const one of some) await command(as, system, action, [one], outcomes);
    return;
  }
  for (const job of some.flatMap(({ jobs }) => jobs)) {
    const batchId = batchIdOf(job, system);
    // It ended, or began, between the look and the command.
    const late = /already (finished|completing)|no longer pending|Invalid job id/i.test(detail);
    outcomes.set(batchId, { batchId, outcome: late ? 'not-applicable' : 'failed', detail });
  }
}

function problemIn({ exitCode, stderr }: CommandResult): string | null {
  const errors = stderr
    .split('\n')
    .filter((line) => /error|denied|Invalid job id|already finished/i.test(line));
  if (exitCode === 0 && errors.length === 0) return null;
  return lastLine(errors.join('\n')) || lastLine(stderr) || `exit code ${exitCode}`;
}

interface Known {
  name: JobName | null;
  /** Null: Slurm knows no such job. */
  state: JobState | null;
}

async function statesOf(ask: Questions, system: string, selector: JobSelector): Promise<Map<string, Known>> {
  const queued = new Map((await ask.queue()).map((job) => [batchIdOf(job, system), job]));
  if ('submissionId' in selector) {
    const own = [...queued].filter(([, job]) => job.submissionId === selector.submissionId);
    return new Map(own.map(([id, job]) => [id, { name: job, state: stateOf(job) }]));
  }
  const asked = selector.batchIds.map((batchId) => ({ batchId, name: parseBatchId(batchId, system) }));
  const gone = asked.flatMap(({ name }) =>
    name === null || queued.has(batchIdOf(name, system)) ? [] : [name],
  );
  // Whether a job that is gone ever was: of no submission's interest here, so any will do.
  const accounts = gone.length === 0 ? [] : await ask.account(gone, () => 1);
  const ended = new Map((accounts ?? []).map((job) => [batchIdOf(job, system), stateOf(job)]));
  return new Map(
    asked.map(({ batchId, name }): [string, Known] => {
      if (name === null) return [batchId, { name, state: null }];
      const id = batchIdOf(name, system);
      const job = queued.get(id);
      return [id, { name, state: job === undefined ? (ended.get(id) ?? null) : stateOf(job) }];
    }),
  );
}

function refusal(action: JobAction, state: JobState): string {
  if (action === 'hold' && state === 'running') return 'The job is running; Slurm holds only jobs that wait.';
  return isEnded(state) ? 'The job has ended.' : `The job is ${state}.`;
}

function lines(all: ReturnType<typeof words>): ReturnType<typeof words>[] {
  const cut: ReturnType<typeof words>[] = [];
  let length = LINE;
  for (const one of all) {
    if (length + one.word.length > LINE) {
      cut.push([]);
      length = 0;
    }
    cut.at(-1)?.push(one);
    length += one.word.length + 1;
  }
  return cut;
}
