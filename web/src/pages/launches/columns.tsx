/** The columns of the queue of launches: number, state, what, why, since when, by whom. */
import { LaunchActions } from '../../actions/launch-actions.tsx';
import type { LaunchRow } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Chip } from '../../status/chip.tsx';
import { launchMeaning } from '../../status/language.ts';
import { KindMark } from '../../status/status-mark.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import styles from '../../table/table.module.css';
import { causeOf, reasonOf } from './words.ts';

const cache = new Map<string, Columns<LaunchRow>>();

/** The same columns for the same experiment every time: the table is rebuilt when they change. */
export function launchColumns(experiment: string): Columns<LaunchRow> {
  const known = cache.get(experiment);
  if (known !== undefined) return known;
  const made = columnsOf<LaunchRow>([
    { id: 'state', header: 'State', width: 110, narrow: 116, cell: (launch) => <State launch={launch} /> },
    {
      id: 'what',
      header: 'Campaign and stage',
      cell: (launch) => <What launch={launch} experiment={experiment} />,
    },
    { id: 'cause', header: 'Cause', width: 190, hideBelow: 'medium', cell: causeOf },
    { id: 'reason', header: 'Why', hideBelow: 'narrow', cell: (launch) => <Reason launch={launch} /> },
    {
      id: 'since',
      header: 'Since',
      width: 178,
      hideBelow: 'medium',
      cell: (launch) => <Moment at={launch.stateSince} />,
    },
    {
      id: 'end',
      header: 'Submission',
      width: 130,
      narrow: 104,
      align: 'end',
      cell: (launch) => <End launch={launch} experiment={experiment} />,
    },
  ]);
  cache.set(experiment, made);
  return made;
}

/** The submission it became, else its campaign. */
export function launchUrl(experiment: string, launch: LaunchRow): string {
  if (launch.submissionId !== null) return url.submission(experiment, launch.submissionId);
  return url.campaign(experiment, launch.campaign, { stage: launch.stage });
}

function State({ launch }: { launch: LaunchRow }) {
  const { kind, word, hint } = launchMeaning(launch.state, launch.hold !== null);
  return <KindMark kind={kind} word={word} hint={hint} launch={launch.state === 'failed'} />;
}

function What({ launch, experiment }: { launch: LaunchRow; experiment: string }) {
  return (
    <span className={styles.name}>
      <Link
        to={url.campaign(experiment, launch.campaign, { stage: launch.stage })}
        title={`${launch.campaign}, ${launch.stage}`}
      >
        {launch.campaign} / {launch.stage}
      </Link>
      {launch.isTest && <Chip>test</Chip>}
    </span>
  );
}

function Reason({ launch }: { launch: LaunchRow }) {
  const reason = reasonOf(launch);
  return <span title={reason ?? undefined}>{reason ?? ''}</span>;
}

function End({ launch, experiment }: { launch: LaunchRow; experiment: string }) {
  if (launch.submissionId !== null) {
    return <Link to={url.submission(experiment, launch.submissionId)}>{launch.submissionId}</Link>;
  }
  return <LaunchActions experiment={experiment} launch={launch} />;
}
