/** Which cached answers a change on the event stream makes stale. Pure, so that it can be tested. */
import { keys } from './keys.ts';

export interface Change {
  kind: 'submission' | 'launch' | 'campaign' | 'hold' | 'job-action';
  campaignId: number | null;
  id: number;
}

/** A cached answer to renew, and how long to wait at least between two renewals, in ms. */
export interface Effect {
  key: readonly unknown[];
  every: number;
}

/** At most two renewals a second of one answer. */
export const OFTEN = 500;
/** For answers that the change concerns only perhaps: a submission's page names its recoveries and dependents. */
export const SELDOM = 3000;
/** For what takes the server longer than a list, and is read rather than watched. */
const RARELY = 10_000;

export function effectsOf(experiment: string, change: Change): Effect[] {
  const often = (key: readonly unknown[]): Effect => ({ key, every: OFTEN });
  const seldom = (key: readonly unknown[]): Effect => ({ key, every: SELDOM });
  switch (change.kind) {
    case 'submission':
      return [
        often(keys.submission(experiment, change.id)),
        often(keys.submissions(experiment)),
        often(keys.campaignViews(experiment)),
        often(keys.campaigns(experiment)),
        often(keys.jobs(experiment)),
        seldom(keys.submissionViews(experiment)),
        { key: keys.failures(experiment), every: RARELY },
        { key: keys.fileReports(experiment), every: RARELY },
      ];
    case 'launch':
      return [
        often(keys.launches(experiment)),
        often(keys.campaignViews(experiment)),
        often(keys.campaigns(experiment)),
        seldom(keys.submissionViews(experiment)),
      ];
    case 'job-action':
      return [often(keys.jobActions(experiment))];
    case 'campaign':
      return [often(keys.campaignViews(experiment)), often(keys.campaigns(experiment))];
    case 'hold':
      return [
        often(keys.holds(experiment)),
        often(keys.launches(experiment)),
        often(keys.campaignViews(experiment)),
        often(keys.campaigns(experiment)),
      ];
  }
}

/** Reads the data of a `change` event; null for what is no change (a newer server may send more kinds). */
export function parseChange(text: string): Change | null {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== 'object' || data === null) return null;
    const { kind, id, campaignId } = data as Record<string, unknown>;
    if (!isKind(kind)) return null;
    return { kind, id: Number(id), campaignId: typeof campaignId === 'number' ? campaignId : null };
  } catch {
    return null;
  }
}

const KINDS: ReadonlySet<unknown> = new Set<Change['kind']>([
  'submission',
  'launch',
  'campaign',
  'hold',
  'job-action',
]);

function isKind(kind: unknown): kind is Change['kind'] {
  return KINDS.has(kind);
}
