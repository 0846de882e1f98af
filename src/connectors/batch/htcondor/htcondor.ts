/**
 * HTCondor, by its commands: condor_q and condor_history with JSON, condor_hold, condor_release and condor_rm
 * (docs/systems.md, ADR 11). Jobs are POMS's by an attribute that the launch environment has HTCondor give them.
 *
 *     const pool = createHtcondor({ name: 'pool', commands: createLocalCommands() });
 */
import { join } from 'node:path';
import { PomsError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import { readFilePage } from '../../commands/file-page.ts';
import type { Commands } from '../../commands/types.ts';
import type { BatchSystem, Submitter } from '../types.ts';
import { act, performBy } from './act.ts';
import { batchIdOf, type JobName, parseBatchId } from './batch-ids.ts';
import { createChanges } from './changes.ts';
import { health } from './health.ts';
import { LOG_ATTRIBUTES, logPath } from './job-log.ts';
import { createQuestions, type Questions } from './questions.ts';
import { find, lookUp, recall } from './recollect.ts';
import { tags } from './tags.ts';
import { why } from './why.ts';

export interface HtcondorOptions {
  name: string;
  /** Where HTCondor's commands run. */
  commands: Commands;
  /** Folder of the commands; null: they are found on the PATH. */
  bin?: string | null;
  /** By name; none: the one that the commands find by themselves. */
  schedds?: readonly string[];
  /** Collector of the pool; null: as the commands are configured. */
  pool?: string | null;
  /** Of this POMS, for other ones may use the same pool: [A-Za-z0-9]. */
  instance?: string;
  pollMs?: number;
  /** With the account that launched, for it may act on its jobs everywhere; null: as `commands`. */
  commandsAs?(submitter: Submitter): Commands | null;
}

export function createHtcondor(options: HtcondorOptions): BatchSystem {
  const { name, bin = null, pollMs } = options;
  const ask = questionsOf(options, options.commands);
  return {
    name,
    ...(pollMs !== undefined && { pollMs }),
    launchEnvironment: (variables) => ({
      env: { POMS_BATCH_SYSTEM: name, POMS_BATCH_KIND: 'htcondor', ...tags(variables, options.instance) },
      path: [
        join(packageRoot, 'bin/shims/htcondor'),
        join(packageRoot, 'bin/job'),
        ...(bin === null ? [] : [bin]),
      ],
    }),
    changes: createChanges(ask),
    find: (submissionId) => find(ask, submissionId),
    act: (selector, action, reason, submitter) => {
      const own = submitter === undefined ? null : (options.commandsAs?.(submitter) ?? null);
      const perform = performBy(own === null ? ask : questionsOf(options, own));
      return act(ask, perform, selector, action, reason);
    },
    log: async (batchId, stream, offset, limit) => {
      const ad = await adOf(ask, batchId, LOG_ATTRIBUTES);
      return readFilePage(options.commands, logPath(ad, stream, batchId), offset, limit);
    },
    health: () => health(ask),
    recall: (batchIds) => recall(ask, batchIds),
    why: (batchId) => why(ask, named(batchId)),
  };
}

/** The questions to the same schedds with other commands. */
export function questionsOf(options: HtcondorOptions, commands: Commands): Questions {
  const { bin = null, pool = null, schedds = [], instance = null } = options;
  return createQuestions({ commands, bin, pool, instance, schedds: schedds.length === 0 ? [null] : schedds });
}

/** The job's ad, from the queue or the history. Throws `not-found`. */
export async function adOf(
  ask: Questions,
  batchId: string,
  attributes: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const job = named(batchId);
  const ad = (await lookUp(ask, [job], attributes)).get(batchIdOf(job));
  if (ad === undefined) throw new PomsError('not-found', { kind: 'job', name: batchId });
  return ad;
}

function named(batchId: string): JobName {
  const job = parseBatchId(batchId);
  if (job === null) throw new PomsError('not-found', { kind: 'job', name: batchId });
  return job;
}
