/** The campaigns of an experiment: what is running, stuck or failing, and where. */
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { campaignsQuery } from '../../api/queries.ts';
import type { CampaignRow } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { url } from '../../links/url.ts';
import { type Filter, useFilter } from '../../links/use-filter.ts';
import { QueryState } from '../../states/query-state.tsx';
import { Choice } from '../../table/choice.tsx';
import { DataTable } from '../../table/data-table.tsx';
import { FilterField } from '../../table/filter-field.tsx';
import { Toolbar } from '../../table/toolbar.tsx';
import { rememberExperiment } from '../home/last-experiment.ts';
import { listAnswer } from './answer.ts';
import { campaignColumns } from './columns.tsx';
import { NoCampaigns } from './no-campaigns.tsx';

const STATUSES = [
  { value: '', text: 'All' },
  { value: 'failed', text: 'Failed' },
  { value: 'held', text: 'Held' },
  { value: 'approval', text: 'Needs approval' },
  { value: 'running', text: 'Running' },
  { value: 'waiting', text: 'Waiting' },
] as const;

const ACTIVE = [
  { value: '', text: 'Active' },
  { value: 'false', text: 'Inactive' },
] as const;

export function CampaignsPage() {
  const { experiment } = useParams({ from: '/e/$experiment/campaigns' });
  const [filter, change] = useFilter();
  const { rows, state, more } = useList(campaignsQuery(experiment, apiFilter(filter)));
  useEffect(() => rememberExperiment(experiment), [experiment]);
  return (
    <Page
      title={`Campaigns of ${experiment}`}
      heading="Campaigns"
      answer={rows && listAnswer(rows, isFiltered(filter))}
    >
      <Toolbar note={rows && `${counted(rows.length, 'campaign')}${more.has ? ' so far' : ''}`}>
        <FilterField label="Filter by name" value={filter.q ?? ''} onChange={(q) => change({ q })} />
        <Choice
          label="Status"
          options={STATUSES}
          value={STATUSES.find((one) => one.value === filter.status)?.value ?? ''}
          onChange={(status) => change({ status })}
        />
        <Choice
          label="Activity"
          options={ACTIVE}
          value={filter.active === 'false' ? 'false' : ''}
          onChange={(active) => change({ active })}
        />
      </Toolbar>
      <QueryState query={state} height={330}>
        {(items) =>
          items.length === 0 ? (
            <NoCampaigns experiment={experiment} filtered={isFiltered(filter)} />
          ) : (
            <DataTable
              label="Campaigns"
              columns={campaignColumns(experiment)}
              rows={items}
              rowId={campaignId}
              rowUrl={(row) => url.campaign(experiment, row.name)}
              more={more}
            />
          )
        }
      </QueryState>
    </Page>
  );
}

const campaignId = (row: CampaignRow): string => String(row.campaignId);

function apiFilter({ q, status, tag, owner, active }: Filter): Filter {
  return { q, status, tag, owner, active: active === 'false' ? 'false' : 'true' };
}

function isFiltered({ q, status, tag, owner, active }: Filter): boolean {
  return [q, status, tag, owner, active].some((value) => value !== undefined && value !== '');
}
