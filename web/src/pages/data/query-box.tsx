/** A query tried before it is used: how it is understood, where it begins, how much it finds; then a dataset of it. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { explanationQuery, queryFilesQuery } from '../../api/queries.ts';
import type { DatasetDetail, Explanation, QuerySummary } from '../../api/types.ts';
import { bytes, counted } from '../../format/numbers.ts';
import { type DataFilter, url } from '../../links/url.ts';
import { ProblemPanel } from '../../states/problem-panel.tsx';
import { QueryState } from '../../states/query-state.tsx';
import styles from './data.module.css';
import { FileTable } from './file-table.tsx';

export interface QueryBoxProps {
  experiment: string;
  system: DataFilter;
  /** From the URL, so that a colleague sees the same. */
  query: string;
  ask: (query: string) => void;
}

export function QueryBox({ experiment, system, query, ask }: QueryBoxProps) {
  const [text, setText] = useState(query);
  const [asked, setAsked] = useState(query);
  // Back, forward and links change the query: the box follows them, and keeps what is being written meanwhile.
  if (asked !== query) {
    setAsked(query);
    setText(query);
  }
  const wanted = text.trim();
  return (
    <section className={styles.box} aria-label="Try a query">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '') ask(wanted);
        }}
      >
        <Textarea
          label="Try a query"
          description="How it is understood and how much it finds, before anything uses it. Ctrl+Enter explains."
          placeholder="data_tier raw and run_number 100-200"
          classNames={{ input: styles.query ?? '' }}
          autosize
          minRows={2}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
              event.currentTarget.form?.requestSubmit();
          }}
        />
        <div className={styles.buttons} style={{ marginTop: 10 }}>
          <Button type="submit" disabled={wanted === ''}>
            Explain
          </Button>
          {query !== '' && (
            <Button
              variant="subtle"
              onClick={() => {
                setText('');
                ask('');
              }}
            >
              Clear
            </Button>
          )}
        </div>
      </form>
      {query !== '' && <Explained key={query} experiment={experiment} system={system} query={query} />}
    </section>
  );
}

function Explained({ experiment, system, query }: Omit<QueryBoxProps, 'ask'>) {
  const explained = useQuery(explanationQuery(experiment, query, { ...system }));
  return (
    <QueryState query={explained} height={120}>
      {(told) =>
        told.problem !== null ? (
          <pre className={styles.outline} role="alert">
            {told.problem.message}
          </pre>
        ) : (
          <>
            <Understood told={told} />
            <Define experiment={experiment} system={system} query={query} />
            <Found experiment={experiment} system={system} query={query} />
          </>
        )
      }
    </QueryState>
  );
}

/** Files are looked for only when somebody wants to see them: a query may look at everything. */
function Found({ experiment, system, query }: Omit<QueryBoxProps, 'ask'>) {
  const [open, setOpen] = useState(false);
  if (!open) {
    return (
      <div className={styles.buttons}>
        <Button onClick={() => setOpen(true)}>Show its files</Button>
      </div>
    );
  }
  return (
    <FileTable
      experiment={experiment}
      system={system}
      files={queryFilesQuery(experiment, query, { ...system })}
      empty={<p className={styles.soft}>It finds no files now.</p>}
    />
  );
}

function Understood({ told }: { told: Explanation }) {
  return (
    <>
      <p className={styles.answer} aria-live="polite">
        {told.summary === null
          ? `How much it finds is not known: ${told.summaryProblem ?? 'it cannot be asked'}. `
          : `${summaryWords(told.summary)}. `}
        {told.begins === 'all' && (
          <span className={styles.soft}>It looks at every file of the experiment, which may take long.</span>
        )}
        {told.begins === 'few' && (
          <span className={styles.soft}>It begins at what it names, which is quick.</span>
        )}
      </p>
      {told.outline.length > 0 && (
        <pre className={styles.outline}>
          {told.outline.map(({ depth, text }) => `${'  '.repeat(depth)}${text}`).join('\n')}
        </pre>
      )}
    </>
  );
}

function Define({ experiment, system, query }: Omit<QueryBoxProps, 'ask'>) {
  const [name, setName] = useState('');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const define = useMutation({
    mutationFn: () =>
      post<DatasetDetail>(`/experiments/${encodeURIComponent(experiment)}/datasets`, {
        name,
        query,
        ...system,
      }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.data(experiment) });
      await navigate({ href: url.dataset(experiment, name.trim(), system) });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!define.isPending) define.mutate();
      }}
    >
      <div className={styles.buttons}>
        <TextInput
          aria-label="Name of a dataset of this query"
          placeholder="Name of a dataset"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={define.isPending} disabled={name.trim() === ''}>
          Define as dataset
        </Button>
      </div>
      {define.error !== null && <ProblemPanel error={define.error} />}
    </form>
  );
}

/** `7 files, 700 B, 12 events`. */
export function summaryWords({ files, bytes: size, events }: QuerySummary): string {
  const more = events === null ? '' : `, ${counted(events, 'event')}`;
  return `${counted(files, 'file')}, ${bytes(size)}${more}`;
}
