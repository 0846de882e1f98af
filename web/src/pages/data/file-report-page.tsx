/** The file report of a campaign: how far the files of each submission are, each number with the query it counts. */
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { fileReportQuery } from '../../api/queries.ts';
import type { ReportRow } from '../../api/types.ts';
import { count, counted } from '../../format/numbers.ts';
import { Page } from '../../frame/page.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { StatusMark } from '../../status/status-mark.tsx';
import styles from './data.module.css';

const FIGURES: { name: keyof ReportRow['figures']; title: string; hint: string }[] = [
  { name: 'submitted', title: 'Input', hint: 'Files of its project' },
  { name: 'delivered', title: 'Handed out', hint: 'Handed to jobs, whatever became of them' },
  { name: 'consumed', title: 'Consumed', hint: 'Jobs said that they are done with them' },
  { name: 'failed', title: 'Failed', hint: 'Jobs said that they failed' },
  { name: 'skipped', title: 'Skipped', hint: 'Jobs left them out' },
  { name: 'cancelled', title: 'Cancelled', hint: 'Taken back' },
  { name: 'unknown', title: 'No word', hint: 'The job ended without a word about them' },
  { name: 'someDeclared', title: 'Some output', hint: 'With at least one file made of them' },
  { name: 'allDeclared', title: 'All output', hint: 'With a file for every output pattern' },
  { name: 'allLocated', title: 'Located', hint: 'The same, each with a known location' },
  { name: 'pending', title: 'Pending', hint: 'Without all their output' },
  { name: 'output', title: 'Output', hint: 'Files that were made' },
];

export function FileReportPage() {
  const { experiment, name } = useParams({ from: '/e/$experiment/campaigns/$name/files' });
  const report = useInfiniteQuery(fileReportQuery(experiment, name));
  const problem = report.data?.pages.find((page) => page.problem !== null)?.problem ?? null;
  return (
    <Page
      title={`Files of ${name}`}
      path={
        <>
          <Link to={url.campaigns(experiment)}>Campaigns</Link> /{' '}
          <Link to={url.campaign(experiment, name)}>{name}</Link>
        </>
      }
      heading="Files by submission"
      answer={
        report.data === undefined
          ? undefined
          : problem === null
            ? answerOf(report.data.pages)
            : `As last known, for files cannot be counted now: ${problem}`
      }
    >
      <QueryState query={report} height={320}>
        {({ pages }) => {
          const rows = pages.flatMap(({ items }) => items);
          return rows.length === 0 ? (
            <Empty title="Nothing was launched yet">The files of each submission will be here.</Empty>
          ) : (
            <>
              <Report
                experiment={experiment}
                rows={rows}
                dataHandling={pages[0]?.dataHandling ?? 'catalogue'}
              />
              {report.hasNextPage && (
                <Button
                  mt={8}
                  loading={report.isFetchingNextPage}
                  onClick={() => void report.fetchNextPage()}
                >
                  Show older submissions
                </Button>
              )}
            </>
          );
        }}
      </QueryState>
    </Page>
  );
}

function answerOf(pages: readonly { items: readonly unknown[]; next: string | null }[]): string {
  const rows = pages.reduce((sum, { items }) => sum + items.length, 0);
  const more = pages.at(-1)?.next !== null;
  return `${more ? 'The newest' : 'All'} ${counted(rows, 'submission')}, counted now.`;
}

function Report(of: { experiment: string; rows: readonly ReportRow[]; dataHandling: string }) {
  const { experiment, rows, dataHandling } = of;
  return (
    <section className={styles.wide} aria-label="Files by submission" tabIndex={-1}>
      <table className={styles.report}>
        <thead>
          <tr>
            <th scope="col">Submission</th>
            <th scope="col">Stage</th>
            {FIGURES.map(({ name, title, hint }) => (
              <th key={name} scope="col" title={hint} data-number>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.submissionId}>
              <td>
                <span className={styles.submission}>
                  <Link to={url.submission(experiment, row.submissionId)}>{row.submissionId}</Link>
                  <StatusMark status={row.status} />
                </span>
              </td>
              <td>{row.stage}</td>
              {FIGURES.map(({ name }) => (
                <td key={name} data-number>
                  <Figure experiment={experiment} dataHandling={dataHandling} {...row.figures[name]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FigureProps {
  experiment: string;
  dataHandling: string;
  files: number | null;
  query: string | null;
}

/** A number leads to its query; one that is not counted here can be counted there. */
function Figure({ experiment, dataHandling, files, query }: FigureProps) {
  const text = files === null ? (query === null ? '–' : 'count') : count(files);
  if (query === null || files === 0) return <span className={styles.soft}>{text}</span>;
  const of = dataHandling === 'catalogue' ? {} : { dataHandling };
  return (
    <Link to={url.datasets(experiment, { ...of, query })} title={query}>
      {text}
    </Link>
  );
}
