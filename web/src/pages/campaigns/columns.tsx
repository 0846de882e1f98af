/** The columns of the list of campaigns: name, status, progress, last activity, owner. */
import type { CampaignRow } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Chip } from '../../status/chip.tsx';
import { KIND_WORDS, statusesOf } from '../../status/language.ts';
import { RollUpBar } from '../../status/roll-up-bar.tsx';
import { StatusCounts } from '../../status/status-counts.tsx';
import { StatusIcon } from '../../status/status-icon.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import styles from '../../table/table.module.css';
import { worstKind } from './worst-kind.ts';

const cache = new Map<string, Columns<CampaignRow>>();

/** The same columns for the same experiment every time: the table is rebuilt when they change. */
export function campaignColumns(experiment: string): Columns<CampaignRow> {
  const known = cache.get(experiment);
  if (known !== undefined) return known;
  const made = make(experiment);
  cache.set(experiment, made);
  return made;
}

function make(experiment: string): Columns<CampaignRow> {
  return columnsOf<CampaignRow>([
    { id: 'name', header: 'Campaign', cell: (row) => <Name row={row} experiment={experiment} /> },
    {
      id: 'submissions',
      header: 'Submissions',
      width: 250,
      cell: (row) => (
        <StatusCounts
          counts={row.submissions}
          to={(kind) => url.campaign(experiment, row.name, { status: statusesOf(kind) })}
        />
      ),
    },
    {
      id: 'jobs',
      header: 'Jobs',
      width: 190,
      hideBelow: 'medium',
      cell: (row) => <RollUpBar jobs={row.jobs} />,
    },
    {
      id: 'launches',
      header: 'Launches',
      width: 150,
      hideBelow: 'wide',
      cell: (row) => <LaunchCounts row={row} experiment={experiment} />,
    },
    {
      id: 'activity',
      header: 'Last activity',
      width: 180,
      hideBelow: 'narrow',
      cell: (row) => <Moment at={row.lastActivity} empty="never launched" />,
    },
    { id: 'owner', header: 'Owner', width: 110, hideBelow: 'wide', cell: (row) => row.creator },
  ]);
}

function Name({ row, experiment }: { row: CampaignRow; experiment: string }) {
  const kind = worstKind(row.submissions);
  return (
    <span className={styles.name}>
      <span title={kind === null ? 'No submission yet' : KIND_WORDS[kind]}>
        <StatusIcon kind={kind ?? 'waiting'} />
      </span>
      <Link to={url.campaign(experiment, row.name)} title={row.description || row.name}>
        {row.name}
      </Link>
      {row.hold !== null && <Chip title={row.hold.reason}>launches held by {row.hold.heldBy}</Chip>}
      {row.type === 'test' && <Chip>test</Chip>}
      {row.tags.map((tag) => (
        <Chip key={tag}>{tag}</Chip>
      ))}
    </span>
  );
}

function LaunchCounts({ row, experiment }: { row: CampaignRow; experiment: string }) {
  const { queued, starting, failed } = row.launches;
  const parts = [
    { state: 'queued', value: queued, word: 'queued' },
    { state: 'claimed,running', value: starting, word: 'starting' },
    { state: 'failed', value: failed, word: 'failed' },
  ].filter((part) => part.value > 0);
  if (parts.length === 0) return '–';
  return parts.map((part, index) => (
    <span key={part.state}>
      {index > 0 && ', '}
      <Link to={url.launches(experiment, { campaign: row.name, state: part.state })}>
        {part.value} {part.word}
      </Link>
    </span>
  ));
}
