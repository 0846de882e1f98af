/** The campaign's submissions as a tree, filtered by stage and status. */
import { useMemo } from 'react';
import { submissionsQuery } from '../../api/queries.ts';
import type { CampaignView } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { counted } from '../../format/numbers.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { KIND_WORDS, KINDS, statusesOf } from '../../status/language.ts';
import { DataTable } from '../../table/data-table.tsx';
import { SelectFilter } from '../../table/select-filter.tsx';
import { Toolbar } from '../../table/toolbar.tsx';
import styles from './campaign.module.css';
import { submissionColumns } from './submission-columns.tsx';
import { type TreeRow, treeOf } from './tree.ts';

export function SubmissionTree({ experiment, view }: { experiment: string; view: CampaignView }) {
  const [filter, change] = useFilter();
  const { stage, status, run } = filter;
  const { rows, state, more } = useList(
    submissionsQuery(experiment, { campaign: view.name, stage, status, run }),
  );
  const tree = useMemo(() => rows && treeOf(rows), [rows]);
  const filtered = [stage, status, run].some((value) => value !== undefined);
  return (
    <section className={styles.tree} aria-label="Submissions">
      <Toolbar note={rows && `${counted(rows.length, 'submission')}${more.has ? ' so far' : ''}`}>
        <h2>Submissions</h2>
        <SelectFilter
          label="Stage"
          all="All stages"
          options={view.stages.map((one) => ({ value: one.name, text: one.name }))}
          value={stage}
          onChange={(value) => change({ stage: value })}
        />
        <SelectFilter
          label="Status"
          all="Any status"
          options={KINDS.map((kind) => ({ value: statusesOf(kind), text: KIND_WORDS[kind] }))}
          value={status}
          onChange={(value) => change({ status: value })}
        />
        {filtered && <Link to={url.campaign(experiment, view.name)}>Show all</Link>}
      </Toolbar>
      <QueryState query={{ ...state, data: tree }} height={260}>
        {(items) =>
          items.length === 0 ? (
            <Empty title={filtered ? 'No submission matches the filter' : 'Submissions will be here'}>
              {!filtered && <p>Each launch of a stage makes one; “Launch…” above starts the first.</p>}
            </Empty>
          ) : (
            <DataTable
              label="Submissions"
              columns={submissionColumns(experiment)}
              rows={items}
              rowId={rowId}
              rowUrl={(one) => url.submission(experiment, one.row.submissionId)}
              more={more}
            />
          )
        }
      </QueryState>
    </section>
  );
}

const rowId = (one: TreeRow): string => String(one.row.submissionId);
