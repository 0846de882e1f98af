/** The datasets of an experiment, and a box to try a query in. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { dataHandlingsQuery, datasetsQuery } from '../../api/queries.ts';
import type { DatasetRow } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { Moment } from '../../format/moment.tsx';
import { counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import { DataTable } from '../../table/data-table.tsx';
import { FilterField } from '../../table/filter-field.tsx';
import { SelectFilter } from '../../table/select-filter.tsx';
import { Toolbar } from '../../table/toolbar.tsx';
import styles from './data.module.css';
import { QueryBox } from './query-box.tsx';

export function DatasetsPage() {
  const { experiment } = useParams({ from: '/e/$experiment/datasets' });
  const [filter, change] = useFilter();
  const { like = '', query = '', dataHandling } = filter;
  const system = { dataHandling };
  const pattern = like === '' ? undefined : `%${like}%`;
  const { rows, state, more } = useList(datasetsQuery(experiment, { ...system, like: pattern }));
  return (
    <Page
      title={`Datasets of ${experiment}`}
      heading="Datasets"
      actions={
        <Systems
          chosen={dataHandling}
          choose={(name) => change({ dataHandling: name, query: '', like: '' })}
        />
      }
    >
      <QueryBox
        experiment={experiment}
        system={system}
        query={query}
        ask={(text) => change({ query: text })}
      />
      <Toolbar note={rows && `${counted(rows.length, 'dataset')}${more.has ? ' so far' : ''}`}>
        <FilterField label="Part of a name" value={like} onChange={(value) => change({ like: value })} />
      </Toolbar>
      <QueryState query={state} height={240}>
        {(datasets) =>
          datasets.length === 0 ? (
            <Empty title={like === '' ? 'There are no datasets yet' : 'No dataset has that in its name'}>
              {like === '' &&
                'Try a query above and define a dataset of it; launches and SAM clients make them too.'}
            </Empty>
          ) : (
            <DataTable
              label="Datasets"
              columns={columnsFor(experiment, dataHandling)}
              rows={datasets}
              rowId={({ name }) => name}
              rowUrl={({ name }) => url.dataset(experiment, name, system)}
              more={more}
            />
          )
        }
      </QueryState>
    </Page>
  );
}

/** Whose datasets; nothing where there is only the built-in catalogue. */
function Systems({ chosen, choose }: { chosen: string | undefined; choose: (name: string) => void }) {
  const { data: systems = [] } = useQuery(dataHandlingsQuery);
  if (systems.length < 2 && chosen === undefined) return null;
  const away = systems.find(({ name }) => name === (chosen ?? 'catalogue'))?.link;
  return (
    <>
      {away?.reachable === false && <Chip title={away.problem ?? 'it does not answer'}>away</Chip>}
      <SelectFilter
        label="Data handling"
        all="Built-in catalogue"
        options={systems
          .filter(({ name }) => name !== 'catalogue')
          .map(({ name, link }) => ({
            value: name,
            text: link?.reachable === false ? `${name} (away)` : name,
          }))}
        value={chosen}
        onChange={choose}
      />
    </>
  );
}

const cache = new Map<string, Columns<DatasetRow>>();

/** The same columns for the same place every time: the table is rebuilt when they change. */
function columnsFor(experiment: string, dataHandling: string | undefined): Columns<DatasetRow> {
  const key = `${experiment} ${dataHandling}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = columnsOf<DatasetRow>([
    {
      id: 'name',
      header: 'Dataset',
      cell: ({ name }) => (
        <Link to={url.dataset(experiment, name, { dataHandling })} title={name}>
          {name}
        </Link>
      ),
    },
    {
      id: 'query',
      header: 'Query',
      hideBelow: 'narrow',
      cell: ({ query }) => (
        <span className={styles.query} title={query}>
          {query}
        </span>
      ),
    },
    { id: 'by', header: 'By', width: 130, hideBelow: 'medium', cell: ({ createdBy }) => createdBy ?? '' },
    {
      id: 'created',
      header: 'Created',
      width: 178,
      hideBelow: 'medium',
      cell: ({ created }) => (created === null ? '' : <Moment at={created} />),
    },
  ]);
  cache.set(key, made);
  return made;
}
