/** Files in a table, a page at a time: those of a dataset, those that a query finds. */
import type { ReactNode } from 'react';
import type { FileRow } from '../../api/types.ts';
import { type ListQuery, useList } from '../../api/use-list.ts';
import { Moment } from '../../format/moment.tsx';
import { bytes, count } from '../../format/numbers.ts';
import { Link } from '../../links/link.tsx';
import { type DataFilter, url } from '../../links/url.ts';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import { type Columns, columnsOf } from '../../table/columns.ts';
import { DataTable } from '../../table/data-table.tsx';

export interface FileTableProps {
  experiment: string;
  system: DataFilter;
  files: ListQuery<FileRow>;
  /** Where there are none. */
  empty: ReactNode;
}

export function FileTable({ experiment, system, files, empty }: FileTableProps) {
  const { state, more } = useList(files);
  return (
    <QueryState query={state} height={240}>
      {(rows) =>
        rows.length === 0 ? (
          empty
        ) : (
          <DataTable
            label="Files"
            columns={columnsFor(experiment, system.dataHandling)}
            rows={rows}
            rowId={(file) => file.name}
            rowUrl={(file) => url.file(experiment, file.name, system)}
            more={more}
          />
        )
      }
    </QueryState>
  );
}

const cache = new Map<string, Columns<FileRow>>();

/** The same columns for the same place every time: the table is rebuilt when they change. */
function columnsFor(experiment: string, dataHandling: string | undefined): Columns<FileRow> {
  const key = `${experiment} ${dataHandling}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = columnsOf<FileRow>([
    {
      id: 'name',
      header: 'File',
      cell: ({ name }) => (
        <Link to={url.file(experiment, name, { dataHandling })} title={name}>
          {name}
        </Link>
      ),
    },
    {
      id: 'place',
      header: '',
      width: 110,
      hideBelow: 'narrow',
      cell: ({ located }) =>
        !located && <Chip title="Declared, but no location is known yet">not located</Chip>,
    },
    {
      id: 'events',
      header: 'Events',
      width: 110,
      align: 'end',
      hideBelow: 'medium',
      cell: ({ events }) => (events === null ? '–' : count(events)),
    },
    {
      id: 'size',
      header: 'Size',
      width: 100,
      narrow: 84,
      align: 'end',
      cell: ({ size }) => (size === null ? '–' : bytes(size)),
    },
    {
      id: 'created',
      header: 'Created',
      width: 178,
      hideBelow: 'wide',
      cell: ({ created }) => <Moment at={created} />,
    },
  ]);
  cache.set(key, made);
  return made;
}
