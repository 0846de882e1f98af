/** How a job ended, or why it is held, in the words of POMS. */
import { constants } from 'node:os';
import type { JobEvent } from '../types.ts';
import { type Ad, numberOf, textOf } from './ads.ts';

/** The universe of DAGMan's own job. */
const SCHEDULER_UNIVERSE = 7;
/** What `timeout` ends with (bin/job/poms-submit-htcondor). */
const TIMED_OUT = 124;
const REMOVED = 3;
const COMPLETED = 4;
/** `KILL` and the others by their numbers, as on any machine that runs jobs. */
const SIGNALS: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name.replace('SIG', '')]),
);
/** Removed by a rule of the job or of the pool, not by a person: for the work that is a failure. */
const BY_POLICY = /^The (job attribute|system macro) /;

type Outcome = Pick<JobEvent, 'state'> & Partial<Pick<JobEvent, 'exitCode' | 'signal' | 'reason'>>;

/** Of a job that is removed or completed. */
export function exitOf(ad: Ad): Outcome {
  // A job that had completed and stayed in the queue is removed from there when its output was fetched.
  const removed = numberOf(ad, 'JobStatus') === REMOVED && numberOf(ad, 'LastJobStatus') !== COMPLETED;
  if (removed) {
    const reason = textOf(ad, 'RemoveReason') ?? 'no reason given';
    return { state: BY_POLICY.test(reason) ? 'failed' : 'removed', reason };
  }
  if (ad.ExitBySignal === true) {
    const number = numberOf(ad, 'ExitSignal');
    return { state: 'failed', signal: SIGNALS.get(number ?? 0) ?? String(number ?? 'unknown') };
  }
  const exitCode = numberOf(ad, 'ExitCode');
  if (exitCode === 0) return { state: 'completed', exitCode };
  const reason = failure(ad, exitCode);
  return { state: 'failed', ...(exitCode !== null && { exitCode }), ...(reason !== null && { reason }) };
}

function failure(ad: Ad, exitCode: number | null): string | null {
  const limit = numberOf(ad, 'POMS4_TIME_LIMIT');
  if (limit !== null && exitCode === TIMED_OUT) return `It ran longer than its limit of ${limit} s.`;
  if (numberOf(ad, 'JobUniverse') === SCHEDULER_UNIVERSE) {
    const total = numberOf(ad, 'DAG_NodesTotal') ?? 0;
    if (total === 0) return 'DAGMan could not begin the graph; its file *.dagman.out says why.';
    return `DAGMan: ${numberOf(ad, 'DAG_NodesFailed') ?? 0} of ${total} nodes failed.`;
  }
  return exitCode === null ? 'HTCondor gives no exit code.' : null;
}

export function heldReason(ad: Ad): { reason: string } {
  const codes = [numberOf(ad, 'HoldReasonCode'), numberOf(ad, 'HoldReasonSubCode')];
  const [code, subcode] = codes;
  const text = textOf(ad, 'HoldReason') ?? 'no reason given';
  return { reason: code === null ? text : `${text} (code ${code}, subcode ${subcode ?? 0})` };
}

/** Of glideins, by the attributes in which pools keep it. */
export function siteOf(ad: Ad): { site?: string } {
  const names = [
    'MATCH_EXP_JOB_GLIDEIN_Site',
    'MATCH_GLIDEIN_Site',
    'MachineAttrGLIDEIN_Site0',
    'GLIDEIN_Site',
    'JobsubSite',
  ];
  const site = names.map((name) => textOf(ad, name)).find((text) => text !== null);
  return site === undefined || site === null ? {} : { site };
}
