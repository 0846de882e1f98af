/** An error as the reader needs it: what happened, what now, a code that support can find, a button to copy it all. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { ApiError } from '../api/client.ts';
import type { ProblemDocument } from '../api/types.ts';
import { StatusIcon } from '../status/status-icon.tsx';
import styles from './states.module.css';

export function ProblemPanel({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = problemOf(error);
  return (
    <section className={styles.problem} role="alert">
      <h2 className={styles.problemTitle}>
        {problem.status !== 403 && <StatusIcon kind="failed" />}
        {problem.title}
      </h2>
      <p className={styles.detail}>{problem.detail}</p>
      <p className={styles.advice}>{problem.advice}</p>
      {problem.problems !== undefined && problem.problems.length > 0 && (
        <ul className={styles.places}>
          {problem.problems.map((one) => (
            <li key={one.path + one.problem}>
              <code>{one.path}</code> {one.problem}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        {retry !== undefined && problem.status !== 403 && <Button onClick={retry}>Try again</Button>}
        <CopyButton problem={problem} />
        <code className={styles.code}>{problem.code}</code>
      </div>
    </section>
  );
}

function CopyButton({ problem }: { problem: ProblemDocument }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(reportOf(problem)).then(() => setCopied(true));
  };
  return (
    <Button variant="subtle" onClick={copy}>
      {copied ? 'Copied' : 'Copy for support'}
    </Button>
  );
}

function reportOf(problem: ProblemDocument): string {
  return `${new Date().toISOString()} ${location.href}\n${JSON.stringify(problem, null, 2)}`;
}

/** The problem document of any error; a defect of the console is told as one. */
export function problemOf(error: unknown): ProblemDocument {
  if (error instanceof ApiError) return error.problem;
  return {
    type: 'about:blank',
    title: 'The console has a defect',
    status: 0,
    code: 'console-defect',
    detail: error instanceof Error ? error.message : String(error),
    advice: 'Load the page again; if it stays, copy this for your POMS administrator.',
  };
}
