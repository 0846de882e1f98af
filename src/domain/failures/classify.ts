/** What kind of failure has kept a job from its end, by its exit and the batch system's reason. */
import type { JobState } from '../job-state.ts';
import { signatureOf } from './signature.ts';
import { codeWords } from './words.ts';

export const FAILURE_KINDS = [
  'exit-code',
  'signal',
  'time-limit',
  'memory',
  'held',
  'removed',
  'evicted',
  'lost',
  'not-started',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface FailureFacts {
  state: JobState;
  /** When it started, milliseconds since 1970; null where it never did. */
  started: number | null;
  exitCode: number | null;
  signal: string | null;
  /** The batch system's. */
  reason: string | null;
}

export interface Failure {
  kind: FailureKind;
  /** The exit code, the name of the signal, the code of the hold; empty where there is none. */
  code: string;
  /** The signature of the reason; empty where there is none. */
  text: string;
}

/** HTCondor's, as its connector writes it behind the reason. */
const HOLD_CODE = /\s*\(code (\d+), subcode -?\d+\)$/;

/** Reasons by the words of the connectors (connectors/batch) and of the engine (engine/recall.ts). */
const REASONS: readonly [RegExp, FailureKind][] = [
  [/ran longer than its|before its deadline/i, 'time-limit'],
  [/used more memory|memory limit/i, 'memory'],
  [/no longer knows the job|the node it ran on failed/i, 'lost'],
  [/stopped for a job of higher priority|evicted|preempted/i, 'evicted'],
  [/could not be (started|set up)/i, 'not-started'],
  [/^The (job attribute|system macro) /, 'removed'],
];

/** Null for a job that is well, or not over yet. */
export function classify(job: FailureFacts): Failure | null {
  const reason = job.reason ?? '';
  if (job.state === 'held') {
    return {
      kind: 'held',
      code: HOLD_CODE.exec(reason)?.[1] ?? '',
      text: signatureOf(reason.replace(HOLD_CODE, '')),
    };
  }
  if (job.state === 'removed') return { kind: 'removed', code: '', text: signatureOf(reason) };
  if (job.state !== 'failed') return null;
  const code = job.signal ?? (job.exitCode === null ? '' : String(job.exitCode));
  return { kind: kindOf(job, reason), code, text: signatureOf(reason) };
}

function kindOf(job: FailureFacts, reason: string): FailureKind {
  const told = REASONS.find(([words]) => words.test(reason));
  if (told !== undefined) return told[1];
  if (job.signal !== null) return 'signal';
  if (job.exitCode !== null) return 'exit-code';
  return job.started === null ? 'not-started' : 'lost';
}

/** The failure in a few words for people, with what is known of its code. */
export function failureWords({ kind, code }: Pick<Failure, 'kind' | 'code'>): string {
  const meaning = codeWords(kind, code);
  const name = NAMES[kind] + (CODED.has(kind) && code !== '' ? ` ${code}` : '');
  return meaning === null ? name : `${name}: ${meaning}`;
}

const CODED: ReadonlySet<FailureKind> = new Set(['exit-code', 'signal', 'held']);
const NAMES: Readonly<Record<FailureKind, string>> = {
  'exit-code': 'exit code',
  signal: 'signal',
  'time-limit': 'ran longer than it may',
  memory: 'used more memory than it may',
  held: 'held',
  removed: 'removed',
  evicted: 'stopped for other work',
  lost: 'lost by the batch system',
  'not-started': 'never started',
};
