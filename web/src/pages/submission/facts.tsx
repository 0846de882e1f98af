/** What a submission is: dataset, project, batch, host, by whom, the command as it ran. */
import type { SubmissionView } from '../../api/types.ts';
import { Moment, Span } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { dataOf } from './files-of.ts';
import styles from './submission.module.css';

export function Facts({ view }: { view: SubmissionView }) {
  return (
    <aside className={styles.facts} aria-label="Facts">
      <dl>
        <Fact name="Dataset">
          {view.dataset === '' ? (
            'none'
          ) : (
            <Link to={url.dataset(view.experiment, view.dataset, dataOf(view))}>{view.dataset}</Link>
          )}
        </Fact>
        <Fact name="Project">{view.project ?? 'none'}</Fact>
        <Fact name="Version">{view.softwareVersion || 'none'}</Fact>
        <Fact name="Batch">
          {view.batchIds.length === 0 ? `none yet (${view.batchSystem})` : view.batchIds.join(', ')}
        </Fact>
        <Fact name="Launched on">
          {view.host} as {view.account}
        </Fact>
        <Fact name="By">{view.creator}</Fact>
        <Fact name="Created">
          <Moment at={view.created} />
        </Fact>
        <Fact name="Launch took">
          <Span from={view.launch.started} to={view.launch.ended} />
        </Fact>
      </dl>
      <h3>Command</h3>
      <pre className={styles.command}>{view.command || 'Not known yet.'}</pre>
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
