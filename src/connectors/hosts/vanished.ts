/** Which runs may be forgotten, on every kind of launch host. */
import { PomsError } from '../../errors.ts';
import type { RunState } from './types.ts';

/** True for a vanished run, false where there is none to forget. Throws `wrong-state` for one that runs or has ended. */
export function mayBeForgotten(launchId: number, { state }: RunState): boolean {
  if (state === 'never-started') return false;
  if (state === 'vanished') return true;
  throw new PomsError('wrong-state', {
    kind: 'The run of launch',
    name: launchId,
    state,
    action: 'to forget it',
    allowed: 'vanished',
  });
}
