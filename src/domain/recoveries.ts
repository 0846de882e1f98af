/**
 * Recoveries: submissions that run again on the input which failed, in the order of the job type's list
 * (spec/backend.md 4 and 11.4, as intended: without its defects R1 to R7).
 */
import { definitionFiles, patternCondition, relatives, snapshotFiles, writeValue } from './dimension-text.ts';
import { type OutputSpec, outputConditions, outputPatterns } from './output.ts';
import type { Parameters } from './parameters.ts';
import { isFinal, type Status } from './status.ts';

/** The types, each with its one-line description. */
export const RECOVERY_TYPES = {
  consumed_status: 'Files of the project that no job reported as consumed.',
  process_status: 'Files whose consuming job did not end well, by the word of the data handling system.',
  added_files: 'Files that have come into the dataset since the project began.',
  pending_files: 'Files of the project for which some output is missing.',
  delivered_not_consumed:
    'Files that were handed to jobs but not consumed: skipped, cancelled or without word.',
  state_failed: 'Files of the project of which a job reported that they failed.',
  state_not_done: 'Files of the project that no job reported as done.',
  reprocess_orphans: 'Files of the project that are done or failed and of which nothing was made.',
  reprocess_all: 'All files of the project once more.',
} as const;

export type RecoveryType = keyof typeof RECOVERY_TYPES;

/** One entry of a job type's list, with its own overrides of parameters. */
export interface Recovery {
  type: RecoveryType;
  parameters: Parameters;
}

/**
 * The type that a text names, or null. `proj_status` is the older name of `process_status`; blanks stand for
 * underscores, as in the original's documents ("pending files").
 */
export function parseRecoveryType(text: string): RecoveryType | null {
  const name = text
    .trim()
    .replace(/\s+/g, '_')
    .replace(/^proj_status$/, 'process_status');
  return isRecoveryType(name) ? name : null;
}

function isRecoveryType(name: string): name is RecoveryType {
  return Object.hasOwn(RECOVERY_TYPES, name);
}

/** The original submission that is recovered. */
export interface RecoveryInput {
  project: string | null;
  /** The dataset that was launched; only `added_files` needs it. */
  dataset: string | null;
  output: OutputSpec;
}

export type RecoveryQuery = { query: string } | { problem: string };

/**
 * What a recovery of this type runs on, as SAM dimensions (spec 4.1), or why that cannot be told.
 *
 * For `process_status` SAM itself makes the query (`recovery_dimensions?useProcess=1`); this one is for when it
 * cannot be asked.
 */
export function recoveryQuery(type: RecoveryType, of: RecoveryInput): RecoveryQuery {
  if (!of.project) return { problem: 'The submission has no project, so what it consumed is not known.' };
  const project = `project_name ${writeValue(of.project)}`;
  const snapshot = snapshotFiles(of.project);
  switch (type) {
    case 'consumed_status':
      return { query: `${snapshot} minus (${project} and consumed_status co%)` };
    case 'process_status':
      return { query: `${project} minus (${project} and consumed_status co%)` };
    case 'added_files':
      return of.dataset
        ? { query: `${definitionFiles(of.dataset)} minus ${snapshot}` }
        : { problem: 'The dataset of the submission is not known, so files added to it cannot be found.' };
    case 'pending_files':
      return { query: `${snapshot} minus (${filesWithAllOutput(of.output)})` };
    case 'delivered_not_consumed':
      return {
        query: `${project} and consumed_status skipped,unknown,delivered,transferred,unconsumed,cancelled`,
      };
    case 'state_failed':
      return { query: `${project} and consumed_status failed,skipped,cancelled` };
    case 'state_not_done':
      return { query: `${snapshot} minus (${project} and consumed_status co%)` };
    case 'reprocess_orphans':
      return {
        query: `${project} and consumed_status 'co%',failed minus (${filesWithAllOutput(of.output)})`,
      };
    case 'reprocess_all':
      return { query: snapshot };
  }
}

/** Files that have a descendant for every output pattern. */
function filesWithAllOutput(output: OutputSpec): string {
  return outputPatterns(output)
    .map((pattern) => `${outputConditions(output)} and ${patternCondition(pattern)}`)
    .map((file) => relatives('isparentof', output.depth, file))
    .join(' and ');
}

/** The name of the dataset of a recovery; `position` is its place in the list, from 0. */
export function recoveryName(submissionId: number, position: number): string {
  return `poms_recover_${submissionId}_${position}`;
}

/**
 * The recovery to look at when `position` of the list have been looked at already, and the position to store
 * once it is launched or found to have no input. Null: the list is exhausted.
 */
export function nextRecovery(
  list: readonly Recovery[],
  position: number,
): { recovery: Recovery; position: number; after: number } | null {
  const recovery = list[position];
  return recovery === undefined ? null : { recovery, position, after: position + 1 };
}

/**
 * The recovery that a person asks for: of the type named, with the overrides of its first entry in the list; where
 * none is named, the first of the list that was not looked at yet, else the first of all, else `consumed_status`.
 */
export function askedRecovery(
  list: readonly Recovery[],
  position: number,
  type: RecoveryType | null,
): Recovery {
  const usual = type === null ? (list[position] ?? list[0]) : list.find((recovery) => recovery.type === type);
  return usual ?? { type: type ?? 'consumed_status', parameters: [] };
}

export type WrapUpStep =
  | { step: 'wait'; why: string }
  | { step: 'recover'; recovery: Recovery; position: number; after: number }
  | { step: 'dependents' };

/**
 * What comes after a submission is located (spec 4.3): recovery i once all recoveries before it are done, each with its
 * own overrides only; dependent stages of the original when the list is exhausted. Position and recoveries belong to
 * the original; a recovery has none of its own.
 *
 * A recovery that a person removed or cancelled ends the chain: the next would run on the same input again, which the
 * person has just said no to. The dependents go on with what there is, for they are stopped by a hold on their stage,
 * and nobody should have to remember a submission that waits for ever. One that failed to launch waits for a person:
 * launched again, the newer one counts in its place.
 */
export function wrapUpStep(chain: {
  original: Status;
  /**
   * How far each of its recoveries is, those by hand among them, in the order of their launches. A launch that has no
   * submission yet is `New`; one that failed before it had one is `LaunchFailed`, one cancelled `Cancelled`.
   */
  launched: readonly Status[];
  recoveries: readonly Recovery[];
  /** How many of the list have been looked at. Recoveries launched by hand do not count (defect R5). */
  position: number;
}): WrapUpStep {
  const { original, launched, recoveries, position } = chain;
  if (original !== 'Located') return { step: 'wait', why: `The submission is ${original}.` };
  const last = launched.at(-1);
  const open = launched.find((status) => !isFinal(status)) ?? last;
  if (open === 'Removed' || open === 'Cancelled') return { step: 'dependents' };
  if (open !== undefined && open !== 'Located') return { step: 'wait', why: `Its recovery is ${open}.` };
  const next = nextRecovery(recoveries, position);
  return next === null ? { step: 'dependents' } : { step: 'recover', ...next };
}
