/** Why a launch does not go on. */
import type { SubmissionFacts, Why } from './facts.ts';
import { counted, lasting, seconds, sentence } from './words.ts';

const ENGINE_SECONDS = 60;
export function whyLaunch({ launch, hold, now, status }: SubmissionFacts): Why | null {
  const { state, since, ahead, underWay, host, detail } = launch;
  if (state === 'queued' && hold !== null) {
    const of = hold.scope === 'everything' ? 'All launches' : `Launches of the ${hold.scope}`;
    const text = `${of} have been held by ${hold.heldBy} for ${lasting(hold.since, now)}: ${sentence(hold.reason)}`;
    return { code: 'launches-held', text, since: hold.since, moving: false };
  }
  if (state === 'queued' && detail !== null) {
    const text = `Its launch has waited for ${lasting(since, now)}: ${sentence(detail)}`;
    return { code: 'launch-host-away', text, since, moving: false };
  }
  if (state === 'queued' && ahead + underWay > 0) {
    const text = `Its launch waits: ${counted(ahead, 'launch', 'launches')} before it and ${underWay} under way on ${host}.`;
    return { code: 'launch-queued', text, since, moving: true };
  }
  if (state === 'queued') {
    const late = seconds(since, now) > ENGINE_SECONDS;
    return late
      ? {
          code: 'no-engine',
          text: `Its launch is next and nobody has taken it for ${lasting(since, now)}: does an engine run?`,
          since,
          moving: false,
        }
      : { code: 'launch-queued', text: 'Its launch is next.', since, moving: true };
  }
  if (state === 'claimed' || state === 'running') {
    if (detail !== null) {
      const text = `Its launch is tried again: ${sentence(detail)}`;
      return { code: 'launch-interrupted', text, since, moving: true };
    }
    return state === 'claimed'
      ? { code: 'launch-preparing', text: 'Its launch is being prepared.', since, moving: true }
      : {
          code: 'launch-script-runs',
          text: `Its launch script has been running on ${host} for ${lasting(since, now)}.`,
          since,
          moving: true,
        };
  }
  if (status !== 'LaunchFailed') return null;
  const text = `Its launch failed: ${sentence(detail ?? 'no job of it was seen')} Launch it again when that is mended.`;
  return { code: 'launch-failed', text, since, moving: false };
}
