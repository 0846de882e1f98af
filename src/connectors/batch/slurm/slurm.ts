/**
 * Slurm, by its commands: squeue, scontrol, scancel, and sacct where there is accounting (docs/systems.md,
 * docs/adr/0012). Jobs are POMS's by their comment, which the sbatch in bin/shims/slurm gives them.
 *
 *     const farm = createSlurm({ name: 'farm', commands: createLocalCommands() });
 */
import { join } from 'node:path';
import { isEnded } from '../../../domain/job-state.ts';
import { PomsError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import { readFilePage } from '../../commands/file-page.ts';
import type { Commands } from '../../commands/types.ts';
import { pageOf, pageStart } from '../../text-files.ts';
import type { BatchHealth, BatchSystem, Submitter } from '../types.ts';
import { act } from './act.ts';
import { type JobName, parseBatchId } from './batch-ids.ts';
import { createChanges } from './changes.ts';
import { stateOf } from './job-events.ts';
import { jobNotes, logFile } from './job-log.ts';
import { createQuestions } from './questions.ts';
import { find, recall } from './recollect.ts';
import { why } from './why.ts';

export interface SlurmOptions {
  name: string;
  /** Where Slurm's commands run. */
  commands: Commands;
  /** Folder of the commands; null: they are found on the PATH. */
  bin?: string | null;
  pollMs?: number;
  /** Of this POMS (database/instance.ts): several may submit to one cluster, each with a submission 17. */
  instance?: string;
  /** With the account that launched, for Slurm lets only it act on its jobs; null: as `commands`. */
  commandsAs?(submitter: Submitter): Commands | null;
}

export function createSlurm({
  name,
  commands,
  bin = null,
  pollMs,
  instance,
  commandsAs,
}: SlurmOptions): BatchSystem {
  const ask = createQuestions(commands, bin, instance);

  const named = (batchId: string): JobName => {
    const found = parseBatchId(batchId, name);
    if (found === null) throw new PomsError('not-found', { kind: 'job', name: batchId });
    return found;
  };

  async function health(): Promise<BatchHealth> {
    const jobs = { idle: 0, running: 0, held: 0 };
    try {
      for (const job of await ask.queue()) {
        const state = stateOf(job);
        if (state !== null && !isEnded(state) && state in jobs) jobs[state as keyof typeof jobs] += 1;
      }
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      return { reachable: false, detail: error.message, jobs };
    }
    const problem = ask.accountingProblem();
    const detail =
      problem === null
        ? {}
        : { detail: `Its accounting does not answer, so resources used are missing: ${problem}` };
    return { reachable: true, ...detail, jobs };
  }

  return {
    name,
    ...(pollMs !== undefined && { pollMs }),
    launchEnvironment: () => ({
      env: {
        POMS_BATCH_SYSTEM: name,
        POMS_BATCH_KIND: 'slurm',
        ...(instance !== undefined && { POMS4_INSTANCE: instance }),
      },
      path: [
        join(packageRoot, 'bin/shims/slurm'),
        join(packageRoot, 'bin/job'),
        ...(bin === null ? [] : [bin]),
      ],
    }),
    changes: createChanges(ask, name),
    find: (submissionId) => find(ask, name, submissionId),
    act: (selector, action, _reason, submitter) => {
      const own = submitter === undefined ? null : (commandsAs?.(submitter) ?? null);
      return act(ask, own === null ? ask : createQuestions(own, bin, instance), name, selector, action);
    },
    log: async (batchId, stream, offset, limit) => {
      const id = named(batchId);
      if (stream !== 'events') return readFilePage(commands, await logFile(ask, id, stream), offset, limit);
      const notes = Buffer.from(await jobNotes(ask, id));
      const from = pageStart(offset, notes.length);
      return pageOf(notes.subarray(from, from + limit), from, notes.length);
    },
    health,
    recall: (batchIds) => recall(ask, name, batchIds),
    why: (batchId) => why(ask, named(batchId)),
  };
}
