/** What codes of failures mean. Exit codes by the conventions of shells, hold codes by HTCondor's manual. */
import type { FailureKind } from './classify.ts';

const EXITS: Readonly<Record<string, string>> = {
  1: 'an error that the program does not tell apart',
  2: 'wrong use of a command, often',
  124: 'ended by a time limit of its own (timeout)',
  126: 'the command could not be executed: permission, or not a program',
  127: 'the command was not found',
  130: 'interrupted (INT)',
  134: 'aborted (ABRT)',
  135: 'bus error (BUS)',
  136: 'arithmetic error (FPE)',
  137: 'killed (KILL), often for its memory',
  139: 'segmentation fault (SEGV)',
  143: 'asked to end (TERM)',
};

const SIGNALS: Readonly<Record<string, string>> = {
  ABRT: 'it gave up itself, often over a broken assumption',
  BUS: 'it used memory that is not there',
  FPE: 'arithmetic error',
  ILL: 'the processor does not know an instruction of it',
  INT: 'interrupted',
  KILL: 'killed, often for its memory',
  SEGV: 'segmentation fault',
  TERM: 'asked to end',
  XCPU: 'used more processor time than it may',
  XFSZ: 'wrote a larger file than it may',
};

const HOLDS: Readonly<Record<string, string>> = {
  1: 'by a person',
  3: 'by a rule of the job (PeriodicHold)',
  4: 'its credentials are not valid',
  5: 'by a rule of the job at its end (OnExitHold)',
  6: 'its program could not be started',
  7: 'its standard output or error could not be opened',
  12: 'its output could not be transferred',
  13: 'its input could not be transferred',
  14: 'its working folder is not there',
  16: 'its input is being spooled',
  21: 'its machine ran into an error of its own',
  26: 'by a rule of the pool',
  33: 'it could not be matched and run for too long',
  34: 'it used more memory than it had asked for',
  35: 'Docker could not be used',
  46: 'it ran longer than it may in all',
  47: 'it ran longer than one run may',
};

const CODES: Partial<Record<FailureKind, Readonly<Record<string, string>>>> = {
  'exit-code': EXITS,
  signal: SIGNALS,
  held: HOLDS,
};

/** Null where nothing is known. */
export function codeWords(kind: FailureKind, code: string): string | null {
  return CODES[kind]?.[code] ?? null;
}
