/**
 * What a job ad proves: all the events that led to what it says now. Keys and times come from the ad alone, so that
 * the same ad, seen twice or by two engines, gives the same events (ADR 11).
 */

import type { JobEvent } from '../types.ts';
import { type Ad, numberOf, textOf, timeOf } from './ads.ts';
import { batchIdOf } from './batch-ids.ts';
import { exitOf, heldReason, siteOf } from './outcome.ts';

/** All that is asked of a job: a projection, for whole ads are ten times as long. */
export const EVENT_ATTRIBUTES = [
  ...[
    'ClusterId',
    'ProcId',
    'GlobalJobId',
    'POMS4_SUBMISSION_ID',
    'JobUniverse',
    'JobStatus',
    'LastJobStatus',
  ],
  ...['QDate', 'JobStartDate', 'JobCurrentStartDate', 'EnteredCurrentStatus', 'CompletionDate', 'ServerTime'],
  ...['NumShadowStarts', 'NumHolds', 'TotalSubmitProcs', 'JobMaterializeLimit', 'POMS4_TIME_LIMIT'],
  ...[
    'ExitBySignal',
    'ExitSignal',
    'ExitCode',
    'HoldReason',
    'HoldReasonCode',
    'HoldReasonSubCode',
    'RemoveReason',
  ],
  ...['RemoteHost', 'LastRemoteHost', 'RemoteWallClockTime', 'LastRemoteWallClockTime', 'RemoteUserCpu'],
  ...['RemoteSysCpu', 'ResidentSetSize_RAW', 'ResidentSetSize', 'DAG_NodesTotal', 'DAG_NodesFailed'],
  ...[
    'MATCH_EXP_JOB_GLIDEIN_Site',
    'MATCH_GLIDEIN_Site',
    'MachineAttrGLIDEIN_Site0',
    'GLIDEIN_Site',
    'JobsubSite',
  ],
] as const;

/** HTCondor's numbers of what a job is doing. */
export const STATUS = {
  idle: 1,
  running: 2,
  removed: 3,
  completed: 4,
  held: 5,
  transferringOutput: 6,
  suspended: 7,
} as const;

/** The hold code of a job whose input files are on their way to the schedd. */
const SPOOLING = 16;

export interface KnownJob {
  cluster: number;
  process: number;
  schedd: string;
  submissionId: number;
  batchId: string;
}

/** Whose job it is; null for an ad that lacks what a job of POMS has. */
export function jobOf(ad: Ad): KnownJob | null {
  const cluster = numberOf(ad, 'ClusterId');
  const process = numberOf(ad, 'ProcId');
  // `pool@localhost#42.0#1795475715`: the one attribute in which every job has its schedd's name.
  const schedd = textOf(ad, 'GlobalJobId')?.split('#')[0];
  const submissionId = numberOf(ad, 'POMS4_SUBMISSION_ID');
  if (cluster === null || process === null || schedd === undefined || submissionId === null) return null;
  if (!Number.isSafeInteger(submissionId) || submissionId < 1) return null;
  return { cluster, process, schedd, submissionId, batchId: batchIdOf({ cluster, process, schedd }) };
}

/** The events, oldest first; none for an ad that cannot be read as a job. */
export function eventsOf(ad: Ad): JobEvent[] {
  const job = jobOf(ad);
  const submitted = timeOf(ad, 'QDate');
  const status = numberOf(ad, 'JobStatus');
  if (job === null || submitted === null || status === null) return [];
  const attempt = attemptOf(ad);
  const event = (
    letter: string,
    at: number,
    rest: Pick<JobEvent, 'state'> & Partial<JobEvent>,
  ): JobEvent => ({
    key: keyOf(job, submitted, letter),
    submissionId: job.submissionId,
    batchId: job.batchId,
    at: new Date(at * 1000),
    attempt,
    ...rest,
  });
  const events = [submittedEvent(job, submitted)];
  const started = timeOf(ad, 'JobCurrentStartDate') ?? timeOf(ad, 'JobStartDate');
  const since = timeOf(ad, 'EnteredCurrentStatus') ?? submitted;
  const place = { ...hostOf(ad), ...siteOf(ad) };
  if (started !== null) events.push(event(`R${started}`, started, { state: 'running', ...place }));
  switch (status) {
    case STATUS.idle:
      // Released, or taken off its machine, or put into the queue late.
      if (since > submitted) events.push(event(`I${since}`, since, { state: 'idle' }));
      break;
    case STATUS.held:
      // Held until the files that were sent with it have arrived: it waits like any other.
      if (numberOf(ad, 'HoldReasonCode') === SPOOLING) break;
      events.push(event(`H${since}`, since, { state: 'held', ...heldReason(ad) }));
      break;
    case STATUS.completed:
    case STATUS.removed:
      events.push(event('E', endOf(ad, since, started), { ...exitOf(ad), ...usageOf(ad), ...place }));
      break;
  }
  return events;
}

/** A job of a cluster that is put into the queue piece by piece, before its own ad is there. */
export function submittedEvent(job: KnownJob, submitted: number): JobEvent {
  return {
    key: keyOf(job, submitted, 'S'),
    submissionId: job.submissionId,
    batchId: job.batchId,
    at: new Date(submitted * 1000),
    state: 'idle',
    attempt: 1,
  };
}

/**
 * The jobs of a cluster that HTCondor puts into the queue piece by piece (max_idle, max_materialize), as far as the
 * ad of one of them proves that they will come: a submission must not look complete because the rest is not there yet.
 */
export function announcedJobs(ad: Ad): JobEvent[] {
  const job = jobOf(ad);
  const submitted = timeOf(ad, 'QDate');
  const total = numberOf(ad, 'TotalSubmitProcs');
  if (job === null || submitted === null || total === null || numberOf(ad, 'JobMaterializeLimit') === null)
    return [];
  return Array.from({ length: total }, (_, process) =>
    submittedEvent({ ...job, process, batchId: batchIdOf({ ...job, process }) }, submitted),
  );
}

function keyOf(job: KnownJob, submitted: number, letter: string): string {
  return `${job.batchId}#${submitted}${letter}`;
}

/** Which start this is: 1 before the first. DAGMan's own job has no shadow and so no count. */
function attemptOf(ad: Ad): number {
  return Math.max(1, numberOf(ad, 'NumShadowStarts') ?? 1);
}

/** By whole seconds, in which a short job may seem to end before it started. */
function endOf(ad: Ad, since: number, started: number | null): number {
  const completed = numberOf(ad, 'JobStatus') === STATUS.completed ? timeOf(ad, 'CompletionDate') : null;
  return Math.max(completed ?? since, started ?? 0);
}

/** The machine without the slot: `slot1_2@node17`. */
function hostOf(ad: Ad): { host?: string } {
  const slot = textOf(ad, 'RemoteHost') ?? textOf(ad, 'LastRemoteHost');
  return slot === null ? {} : { host: slot.slice(slot.lastIndexOf('@') + 1) };
}

/** Of the last attempt; what earlier ones used is in none of them. */
function usageOf(ad: Ad): Pick<JobEvent, 'wallSeconds' | 'cpuSeconds' | 'memoryKb'> {
  const wall = numberOf(ad, 'LastRemoteWallClockTime') ?? numberOf(ad, 'RemoteWallClockTime');
  const user = numberOf(ad, 'RemoteUserCpu');
  const memory = numberOf(ad, 'ResidentSetSize_RAW') ?? numberOf(ad, 'ResidentSetSize');
  return {
    ...(wall !== null && { wallSeconds: wall }),
    ...(user !== null && { cpuSeconds: user + (numberOf(ad, 'RemoteSysCpu') ?? 0) }),
    ...(memory !== null && { memoryKb: Math.round(memory) }),
  };
}
