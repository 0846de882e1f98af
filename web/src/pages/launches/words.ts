/** A launch in words: why it was made, and why it waits or failed. */
import type { LaunchRow } from '../../api/types.ts';

export function causeOf(launch: LaunchRow): string {
  switch (launch.cause) {
    case 'manual':
      return `by ${launch.requestedBy}`;
    case 'schedule':
      return 'by its schedule';
    case 'dependency':
      return launch.triggeredBy === null ? 'after its upstream' : `after submission ${launch.triggeredBy}`;
    case 'recovery':
      return launch.recoveryOf === null ? 'recovery' : `recovery of ${launch.recoveryOf}`;
    case 'relaunch':
      return `again, by ${launch.requestedBy}`;
    case 'test':
      return `test by ${launch.requestedBy}`;
    case 'script':
      return `by a script of ${launch.requestedBy}`;
  }
}

/** Null when there is nothing to explain. */
export function reasonOf(launch: LaunchRow): string | null {
  if (launch.hold !== null) {
    const scope =
      launch.hold.scope === 'everything' ? 'all launches' : `launches of the ${launch.hold.scope}`;
    return `${launch.hold.heldBy} holds ${scope}: “${launch.hold.reason}”`;
  }
  return launch.outcomeDetail ?? (launch.state === 'failed' ? launch.outcome : null);
}
