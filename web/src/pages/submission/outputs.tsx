/** All files that a submission made. */
import { Button } from '@mantine/core';
import { outputsQuery } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import type { FilesOf } from './files-of.ts';
import { OutputRows, Pictures } from './output-files.tsx';

export function Outputs({ of, submission }: { of: FilesOf; submission: number }) {
  const { state, more } = useList(outputsQuery(of.experiment, submission));
  return (
    <QueryState query={state} height={240}>
      {(files) =>
        files.length === 0 ? (
          <Empty title="It has made no file yet">
            Files appear here as its jobs declare them in the catalogue.
          </Empty>
        ) : (
          <>
            <Pictures files={files} />
            <OutputRows files={files} of={of} />
            {more.has && (
              <Button mt={8} loading={more.busy} onClick={more.load}>
                Show more files
              </Button>
            )}
          </>
        )
      }
    </QueryState>
  );
}
