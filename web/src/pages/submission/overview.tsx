/** The overview: progress and files at the left, facts at the right, and the launch log while that is what matters. */
import { launchLogPath, outputsQuery } from '../../api/queries.ts';
import type { SubmissionView } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { FailureCard } from '../../failures/failure-card.tsx';
import { counted } from '../../format/numbers.ts';
import { Link } from '../../links/link.tsx';
import { url } from '../../links/url.ts';
import { LogView } from '../../log/log-view.tsx';
import { RollUpBar } from '../../status/roll-up-bar.tsx';
import { StatusIcon } from '../../status/status-icon.tsx';
import { Facts } from './facts.tsx';
import { Funnel } from './funnel.tsx';
import { OutputRows, Pictures } from './output-files.tsx';
import styles from './submission.module.css';

export function Overview({ experiment, view }: { experiment: string; view: SubmissionView }) {
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        {view.launch.outcome !== null && <LaunchProblem view={view} />}
        {showsLaunch(view) && (
          <section>
            <h2>Launch log</h2>
            <LogView
              path={launchLogPath(experiment, view.submissionId)}
              name={`launch-${view.submissionId}.log`}
              empty="The launch script printed nothing."
              height="260px"
            />
          </section>
        )}
        <section>
          <h2>Jobs</h2>
          <div className={styles.panel}>
            <RollUpBar
              jobs={view.jobs}
              legend
              to={(state) => url.submission(experiment, view.submissionId, 'jobs', { state })}
            />
            {view.batchIds.length === 0 && <p className={styles.soft}>No job was submitted yet.</p>}
          </div>
        </section>
        <FailureCard experiment={experiment} scope={{ submission: view.submissionId }} jobs={[view.jobs]} />
        <section>
          <h2>Files</h2>
          <Funnel files={view.files} />
        </section>
        <Made view={view} />
      </div>
      <Facts view={view} />
    </div>
  );
}

/** While the script runs, and when it failed, its log is what the reader needs. */
function showsLaunch(view: SubmissionView): boolean {
  return view.launch.state === 'claimed' || view.launch.state === 'running' || view.status === 'LaunchFailed';
}

function LaunchProblem({ view }: { view: SubmissionView }) {
  const { detail, outcome, advice, exitCode } = view.launch;
  return (
    <section className={styles.panel} aria-label="Launch">
      <p>
        <StatusIcon kind="failed" launch /> {detail ?? outcome}
        {exitCode !== null && exitCode !== 0 && detail === null && ` (exit status ${exitCode})`}
      </p>
      {advice !== null && <p className={styles.soft}>{advice}</p>}
    </section>
  );
}

const FIRST = 6;

function Made({ view }: { view: SubmissionView }) {
  const { experiment, submissionId } = view;
  const { rows } = useList(outputsQuery(experiment, submissionId));
  if (rows === undefined || rows.length === 0) return null;
  return (
    <section>
      <h2>What it made</h2>
      <Pictures files={rows} />
      <OutputRows files={rows.slice(0, FIRST)} of={view} />
      {rows.length > FIRST && (
        <Link to={url.submission(experiment, submissionId, 'files')}>All {counted(rows.length, 'file')}</Link>
      )}
    </section>
  );
}
