/** The one-line answer above the queue of launches. */
import type { LaunchRow } from '../../api/types.ts';
import { counted } from '../../format/numbers.ts';

export function launchesAnswer(rows: readonly LaunchRow[]): string {
  const held = rows.filter((row) => row.hold !== null).length;
  const queued = rows.filter((row) => row.state === 'queued' && row.hold === null).length;
  const starting = rows.filter((row) => row.state === 'claimed' || row.state === 'running').length;
  const failed = rows.filter((row) => row.state === 'failed').length;
  const parts = [
    held > 0 ? `${held} held` : '',
    failed > 0 ? `${failed} failed` : '',
    starting > 0 ? `${starting} starting` : '',
    queued > 0 ? `${queued} queued` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'The queue is empty.';
  return `Of ${counted(rows.length, 'launch', 'launches')}: ${parts.join(', ')}.`;
}
