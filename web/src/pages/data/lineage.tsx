/** What a file was made from, or what was made from it, as an indented tree. */
import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { treeOrder } from '../../../../src/domain/lineage-tree.ts';
import { lineageQuery } from '../../api/queries.ts';
import { Link } from '../../links/link.tsx';
import { type DataFilter, url } from '../../links/url.ts';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import styles from './data.module.css';

export interface LineageProps {
  experiment: string;
  name: string;
  system: DataFilter;
  direction: 'up' | 'down';
}

const NEAR = { depth: 5, limit: 100 };
/** As much as the API gives. */
const FAR = { depth: 20, limit: 500 };

export function Lineage({ experiment, name, system, direction }: LineageProps) {
  const [bounds, setBounds] = useState(NEAR);
  const lineage = useQuery({
    ...lineageQuery(experiment, name, direction, { ...system, ...bounds }),
    placeholderData: keepPreviousData,
  });
  return (
    <section className={styles.section}>
      <h2>{direction === 'up' ? 'Made from' : 'Made from it'}</h2>
      <QueryState query={lineage} height={80}>
        {({ files, more }) =>
          files.length === 0 ? (
            <p className={styles.soft}>{direction === 'up' ? 'No file.' : 'No file yet.'}</p>
          ) : (
            <>
              <ul className={styles.tree}>
                {treeOrder(name, files).map((file) => (
                  <li
                    key={file.name}
                    style={{ '--depth': Math.min(file.depth - 1, 8) } as React.CSSProperties}
                    title={file.depth > 1 ? `${file.depth} generations away, through ${file.via}` : undefined}
                  >
                    <Link to={url.file(experiment, file.name, system)}>{file.name}</Link>
                    {file.retired && <Chip>retired</Chip>}
                    {!file.retired && !file.located && <Chip>not located</Chip>}
                  </li>
                ))}
              </ul>
              {more && bounds === NEAR && (
                <Button mt={8} loading={lineage.isPlaceholderData} onClick={() => setBounds(FAR)}>
                  Show more
                </Button>
              )}
              {more && bounds === FAR && !lineage.isPlaceholderData && (
                <p className={styles.soft}>
                  There are more than the {files.length} shown here: open one of them to go on from it.
                </p>
              )}
            </>
          )
        }
      </QueryState>
    </section>
  );
}
