/** The columns of the tree of submissions: number, stage, status, progress, files, since when. */
import type { SubmissionRow } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { count } from '../../format/numbers.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Chip } from '../../status/chip.tsx';
import { endedPercent } from '../../status/ended.ts';
import { RollUpBar } from '../../status/roll-up-bar.tsx';
import { StatusMark } from '../../status/status-mark.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import styles from '../../table/table.module.css';
import local from './campaign.module.css';
import type { TreeRow } from './tree.ts';

/** Deeper chains keep this indentation: the number of the cause is in the chip. */
const DEEPEST = 6;

const cache = new Map<string, Columns<TreeRow>>();

/** The same columns for the same experiment every time: the table is rebuilt when they change. */
export function submissionColumns(experiment: string): Columns<TreeRow> {
  const known = cache.get(experiment);
  if (known !== undefined) return known;
  const made = columnsOf<TreeRow>([
    {
      id: 'id',
      header: 'Submission',
      width: 164,
      narrow: 104,
      cell: (one) => <NumberCell one={one} experiment={experiment} />,
    },
    { id: 'status', header: 'Status', width: 152, narrow: 138, cell: ({ row }) => <Status row={row} /> },
    {
      id: 'stage',
      header: 'Stage',
      width: 112,
      cell: ({ row }) => <span title={row.stage}>{row.stage}</span>,
    },
    { id: 'next', header: 'What is next', hideBelow: 'medium', cell: ({ row }) => <Next row={row} /> },
    {
      id: 'jobs',
      header: 'Jobs',
      width: 104,
      hideBelow: 'narrow',
      cell: ({ row }) => <RollUpBar jobs={row.jobs} />,
    },
    {
      id: 'files',
      header: 'Files',
      width: 90,
      align: 'end',
      hideBelow: 'wide',
      cell: ({ row }) => <Files row={row} />,
    },
    {
      id: 'since',
      header: 'Since',
      width: 178,
      hideBelow: 'narrow',
      cell: ({ row }) => <Moment at={row.statusSince} />,
    },
  ]);
  cache.set(experiment, made);
  return made;
}

function NumberCell({ one, experiment }: { one: TreeRow; experiment: string }) {
  const { row, depth, relation } = one;
  return (
    <span className={styles.name}>
      {depth > 0 && <Indent depth={depth} />}
      <Link to={url.submission(experiment, row.submissionId)}>{row.submissionId}</Link>
      {relation === 'recovery' && (
        <Chip title={`Recovery of ${row.recoveryOf ?? ''}: ${row.recoveryType ?? ''}`}>recovery</Chip>
      )}
      {relation === 'next slice' && (
        <Chip title={`The slice after ${row.triggeredBy ?? ''}`}>next slice</Chip>
      )}
      {relation === null && row.recoveryOf !== null && <Chip>recovery of {row.recoveryOf}</Chip>}
      {row.isTest && <Chip>test</Chip>}
    </span>
  );
}

function Indent({ depth }: { depth: number }) {
  return <span className={local.indent} style={{ marginLeft: 4 + (Math.min(depth, DEEPEST) - 1) * 16 }} />;
}

function Status({ row }: { row: SubmissionRow }) {
  return <StatusMark status={row.status} percent={endedPercent(row.jobs)} />;
}

function Next({ row }: { row: SubmissionRow }) {
  return <span title={row.next ?? undefined}>{row.next ?? ''}</span>;
}

function Files({ row: { files } }: { row: SubmissionRow }) {
  if (files.total === null) return '–';
  return (
    <span title={`${count(files.consumed ?? 0)} of ${count(files.total)} input files consumed`}>
      {count(files.consumed ?? 0)} / {count(files.total)}
    </span>
  );
}
