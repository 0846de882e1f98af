/** The head of every page: what it is, the one-line answer, what can be done. */
import { type ReactNode, useEffect } from 'react';
import styles from './frame.module.css';

export interface PageProps {
  /** For the browser's tab and history. */
  title: string;
  /** Where this is, as links. */
  path?: ReactNode;
  heading: ReactNode;
  /** The answer to the page's question in one line. */
  answer?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, path, heading, answer, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · POMS`;
  }, [title]);
  return (
    <article>
      <header className={styles.pageHead}>
        <div className={styles.pageTitle}>
          {path !== undefined && <p className={styles.path}>{path}</p>}
          <h1 className={styles.heading}>{heading}</h1>
          {answer !== undefined && <p className={styles.answer}>{answer}</p>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </article>
  );
}
