/** The queue of launches: what waits, why, what failed. */
import { useParams } from '@tanstack/react-router';
import { launchesQuery } from '../../api/queries.ts';
import type { LaunchRow } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Choice } from '../../table/choice.tsx';
import { DataTable } from '../../table/data-table.tsx';
import { Toolbar } from '../../table/toolbar.tsx';
import { launchesAnswer } from './answer.ts';
import { launchColumns, launchUrl } from './columns.tsx';

const STATES = [
  { value: '', text: 'Open and failed' },
  { value: 'queued', text: 'Queued' },
  { value: 'claimed,running', text: 'Starting' },
  { value: 'failed', text: 'Failed' },
  { value: 'done', text: 'Launched' },
  { value: 'cancelled', text: 'Cancelled' },
] as const;

/** What an operator looks for first. */
const OPEN = 'queued,claimed,running,failed';

export function LaunchesPage() {
  const { experiment } = useParams({ from: '/e/$experiment/launches' });
  const [filter, change] = useFilter();
  const { campaign, state: chosen } = filter;
  const { rows, state, more } = useList(launchesQuery(experiment, { campaign, state: chosen ?? OPEN }));
  return (
    <Page
      title={`Launches of ${experiment}`}
      heading="Launches"
      answer={rows && chosen === undefined ? launchesAnswer(rows) : undefined}
    >
      <Toolbar note={rows && `${counted(rows.length, 'launch', 'launches')}${more.has ? ' so far' : ''}`}>
        <Choice
          label="State"
          options={STATES}
          value={STATES.find((one) => one.value === chosen)?.value ?? ''}
          onChange={(value) => change({ state: value })}
        />
        {campaign !== undefined && (
          <span>
            of {campaign} (<Link to={url.launches(experiment, { state: chosen })}>of all campaigns</Link>)
          </span>
        )}
      </Toolbar>
      <QueryState query={state} height={240}>
        {(launches) =>
          launches.length === 0 ? (
            <Empty
              title={chosen === undefined ? 'No launch waits, and none failed' : 'No launch is in this state'}
            >
              Launches are made on a campaign's page, by schedules and by stages that depend on others.
            </Empty>
          ) : (
            <DataTable
              label="Launches"
              columns={launchColumns(experiment)}
              rows={launches}
              rowId={launchId}
              rowUrl={(launch) => launchUrl(experiment, launch)}
              more={more}
            />
          )
        }
      </QueryState>
    </Page>
  );
}

const launchId = (launch: LaunchRow): string => String(launch.launchId);
