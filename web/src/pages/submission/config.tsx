/** The definitions as they were at the launch: stage, job type, login setup. */
import type { SubmissionView } from '../../api/types.ts';
import styles from './submission.module.css';

export function Config({ view }: { view: SubmissionView }) {
  const { stage, jobType, loginSetup } = view.snapshots;
  return (
    <>
      <p className={styles.soft}>As they were when it was launched; later changes do not touch it.</p>
      <div className={styles.configs}>
        <Definition title="Stage" value={stage} />
        <Definition title="Job type" value={jobType} />
        <Definition title="Login setup" value={loginSetup} />
      </div>
    </>
  );
}

function Definition({ title, value }: { title: string; value: unknown }) {
  return (
    <section className={styles.panel}>
      <h2>{title}</h2>
      <dl className={styles.definition}>
        {entriesOf(value).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function entriesOf(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [['value', textOf(value)]];
  return Object.entries(value).map(([name, one]) => [name, textOf(one)]);
}

function textOf(value: unknown): string {
  if (value === null || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
