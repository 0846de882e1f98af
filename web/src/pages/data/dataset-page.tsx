/** A dataset: what it asks for, how much that is now, its files, the submissions that have to do with it. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Query } from '../../api/client.ts';
import { datasetFilesQuery, datasetQuery, datasetSummaryQuery } from '../../api/queries.ts';
import type { DatasetDetail } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { useFilter } from '../../links/use-filter.ts';
import { Empty } from '../../states/empty.tsx';
import { problemOf } from '../../states/problem-panel.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { Chip } from '../../status/chip.tsx';
import styles from './data.module.css';
import { FileTable } from './file-table.tsx';
import { summaryWords } from './query-box.tsx';

export function DatasetPage() {
  const { experiment, name } = useParams({ from: '/e/$experiment/datasets/$name' });
  const [{ dataHandling }] = useFilter();
  const system = { dataHandling };
  const dataset = useQuery(datasetQuery(experiment, name, system));
  return (
    <Page
      title={`Dataset ${name}`}
      path={<Link to={url.datasets(experiment, system)}>Datasets</Link>}
      heading={name}
      answer={<Summary experiment={experiment} name={name} system={system} />}
    >
      <QueryState query={dataset} height={160}>
        {(shown) => (
          <>
            <Facts experiment={experiment} shown={shown} />
            <Submissions experiment={experiment} shown={shown} />
            <section className={styles.section}>
              <h2>Files</h2>
              <FileTable
                experiment={experiment}
                system={system}
                files={datasetFilesQuery(experiment, name, system)}
                empty={
                  <Empty title="It has no files now">Files that its query finds later will be here.</Empty>
                }
              />
            </section>
          </>
        )}
      </QueryState>
    </Page>
  );
}

interface Of {
  experiment: string;
  name: string;
  system: Query & { dataHandling?: string | undefined };
}

function Summary({ experiment, name, system }: Of) {
  const { data, error } = useQuery(datasetSummaryQuery(experiment, name, system));
  if (data !== undefined) return summaryWords(data);
  return error === null ? 'Counting its files…' : `Its files cannot be counted: ${problemOf(error).detail}`;
}

function Facts({ experiment, shown }: { experiment: string; shown: DatasetDetail }) {
  const { dataHandling } = shown;
  return (
    <dl className={styles.facts}>
      <dt>Query</dt>
      <dd>
        <code className={styles.query}>{shown.query}</code>{' '}
        <Link to={url.datasets(experiment, { dataHandling, query: shown.query })}>explain</Link>
      </dd>
      {shown.description !== null && (
        <>
          <dt>About</dt>
          <dd>{shown.description}</dd>
        </>
      )}
      <dt>Kept by</dt>
      <dd>{dataHandling === 'catalogue' ? 'the built-in catalogue' : dataHandling}</dd>
      {shown.created !== null && (
        <>
          <dt>Made</dt>
          <dd>
            <Moment at={shown.created} /> {shown.createdBy !== null && `by ${shown.createdBy}`}
          </dd>
        </>
      )}
    </dl>
  );
}

function Submissions({ experiment, shown }: { experiment: string; shown: DatasetDetail }) {
  if (shown.submissions.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>Submissions</h2>
      <ul className={styles.tree} style={{ '--depth': 0 } as React.CSSProperties}>
        {shown.submissions.map(({ submissionId, campaign, stage, status, role }) => (
          <li key={`${role} ${submissionId}`}>
            <Link to={url.submission(experiment, submissionId)}>
              {submissionId} of {campaign} / {stage}
            </Link>
            <span className={styles.soft}>{status}</span>
            {role === 'output' && <Chip title="The dataset is what came of it">made it</Chip>}
          </li>
        ))}
      </ul>
    </section>
  );
}
