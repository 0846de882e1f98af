/** The one-line answer above the list of campaigns. */
import type { CampaignRow } from '../../api/types.ts';
import { counted } from '../../format/numbers.ts';

/** What needs a person comes first; calm when nothing does. */
export function listAnswer(rows: readonly CampaignRow[], filtered: boolean): string {
  if (rows.length === 0) return filtered ? 'No campaign matches the filter.' : 'No active campaign yet.';
  const having = (test: (row: CampaignRow) => boolean): number => rows.filter(test).length;
  const parts = [
    tell(
      having((row) => row.submissions.failed + row.launches.failed > 0),
      'with failures',
    ),
    tell(
      having((row) => row.hold !== null || row.submissions.held > 0),
      'held',
    ),
    tell(
      having((row) => row.submissions.approval > 0),
      'waiting for approval',
    ),
    tell(
      having((row) => row.submissions.running > 0),
      'running',
    ),
  ].filter((part) => part !== null);
  if (parts.length === 0) return `${counted(rows.length, 'campaign')}, nothing running and nothing stuck.`;
  return `Of ${counted(rows.length, 'campaign')}: ${parts.join(', ')}.`;
}

function tell(value: number, what: string): string | null {
  return value === 0 ? null : `${value} ${what}`;
}
