/** Why a job does not run, in one sentence, from what HTCondor says of it. */
import { type Ad, numberOf, textOf } from './ads.ts';
import type { JobName } from './batch-ids.ts';
import { STATUS } from './job-events.ts';
import { heldReason } from './outcome.ts';
import type { Questions } from './questions.ts';
import { bySchedd } from './recollect.ts';

const ATTRIBUTES = [
  ...['ClusterId', 'ProcId', 'GlobalJobId', 'POMS4_SUBMISSION_ID', 'JobStatus', 'Owner', 'QDate', 'JobPrio'],
  ...['HoldReason', 'HoldReasonCode', 'HoldReasonSubCode'],
];

/** Null: it runs, has ended, or HTCondor has nothing to say. */
export async function why(ask: Questions, job: JobName): Promise<string | null> {
  const [schedd = null] = bySchedd(ask, [job]).keys();
  const one = `ClusterId == ${job.cluster} && ProcId == ${job.process}`;
  const [ad] = await ask.queue(schedd, one, ATTRIBUTES);
  if (ad === undefined) return null;
  if (numberOf(ad, 'JobStatus') === STATUS.held) return `Held: ${heldReason(ad).reason}.`;
  if (numberOf(ad, 'JobStatus') !== STATUS.idle) return null;
  const { stdout } = await ask.run('condor_q', schedd, ['-better-analyze', `${job.cluster}.${job.process}`]);
  const matching = sumUp(stdout);
  if (matching === null) return null;
  if (!matching.possible) return matching.sentence;
  const ahead = await ask.queue(schedd, aheadOf(ad), ['ClusterId']);
  const behind = ahead.length === 0 ? '' : ` ${ahead.length} idle jobs of its account stand before it.`;
  return `${matching.sentence}${behind}`;
}

/** Idle jobs of the same account that come first: of a higher priority, or as high and longer there. */
function aheadOf(ad: Ad): string {
  const owner = (textOf(ad, 'Owner') ?? '').replace(/[^\w.@-]/g, '');
  const priority = numberOf(ad, 'JobPrio') ?? 0;
  const submitted = numberOf(ad, 'QDate') ?? 0;
  const idle = `JobStatus == ${STATUS.idle} && Owner == "${owner}"`;
  return `${idle} && (JobPrio > ${priority} || (JobPrio == ${priority} && QDate < ${submitted}))`;
}

/** The analysis of condor_q -better-analyze in a sentence; null where it has none. */
export function sumUp(analysis: string): { sentence: string; possible: boolean } | null {
  const count = (pattern: RegExp): number | null => {
    const found = pattern.exec(analysis)?.[1];
    return found === undefined ? null : Number(found);
  };
  const machines = count(/Of (\d+) machines/);
  if (machines === null) return null;
  const unfit = count(/(\d+) are rejected by your job's requirements/) ?? 0;
  const unwilling = count(/(\d+) reject your job because of their own requirements/) ?? 0;
  const busy = count(/(\d+) match but are serving other users/) ?? 0;
  const own = count(/(\d+) match and are already running your jobs/) ?? 0;
  const free = count(/(\d+) are able to run your job/) ?? 0;
  if (machines === 0) return { sentence: 'Idle: the pool has no machines.', possible: false };
  if (unfit + unwilling >= machines) {
    return { sentence: `Idle: none of ${machines} machines can take it${blame(analysis)}.`, possible: false };
  }
  if (free > 0) return { sentence: `Idle: ${free} of ${machines} machines can take it.`, possible: true };
  const taken = `all ${busy + own} machines that can take it are busy, ${own} of them with jobs of its account`;
  return { sentence: `Idle: ${taken}.`, possible: true };
}

/** The conditions that no slot meets: lines `[3]   0  TARGET.Memory >= RequestMemory`. */
function blame(analysis: string): string {
  const conditions = [...analysis.matchAll(/^\[\d+\]\s+(?:0|never)\s+(.+?)\s*$/gm)].flatMap(
    (match) => match[1] ?? [],
  );
  return conditions.length === 0 ? '' : `: no slot meets ${conditions.slice(0, 3).join(' and ')}`;
}
