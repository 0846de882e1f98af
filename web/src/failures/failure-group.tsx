/** A failure group: what happened, how much of it, what the jobs wrote, what they have in common, and examples. */
import type { FailureGroup as Group } from '../api/types.ts';
import { Moment } from '../format/moment.tsx';
import { counted, percent } from '../format/numbers.ts';
import { useZoneName } from '../format/zone.ts';
import { Link } from '../links/link.tsx';
import { type FailureScope, url } from '../links/url.ts';
import styles from './failures.module.css';
import { Timeline } from './timeline.tsx';
import { factorWords, nothingCommon, samplesWords, unreadWords } from './words.ts';

const MINUTE_MS = 60_000;

export interface FailureGroupProps {
  experiment: string;
  scope: FailureScope;
  group: Group;
  /** Jobs of all groups together, which the bar is a share of. */
  failed: number;
  /** Only what fits beside other things. */
  brief?: boolean;
}

export function FailureGroup({ experiment, scope, group, failed, brief = false }: FailureGroupProps) {
  return (
    <article className={styles.group}>
      <div className={styles.what}>
        <h3>{group.words}</h3>
        {group.text !== '' && <p className={styles.soft}>{group.text}</p>}
        <Logs experiment={experiment} group={group} brief={brief} />
        <Factors group={group} brief={brief} />
        <p className={styles.soft}>
          <Times group={group} />
          {group.examples.length > 0 && ' · for example '}
          {group.examples.map((job, n) => (
            <span key={job}>
              {n > 0 && ', '}
              <Link to={url.job(experiment, job, 'stderr')}>job {job}</Link>
            </span>
          ))}
        </p>
      </div>
      <div className={styles.much}>
        <Amount share={group.jobs / failed} bad>
          <Link to={url.failures(experiment, scope, group.failure)}>{counted(group.jobs, 'job')}</Link>
          {group.share !== null && ` · ${percent(group.share)} of all`}
        </Amount>
        <Amount share={group.wallShare ?? 0}>
          {group.wallShare === null ? 'no wall time lost' : `${percent(group.wallShare)} of wall time lost`}
        </Amount>
        {group.timeline !== null && group.timeline.jobs.length > 1 && <Timeline line={group.timeline} />}
      </div>
    </article>
  );
}

function Amount({ share, bad, children }: { share: number; bad?: boolean; children: React.ReactNode }) {
  return (
    <div>
      <div className={styles.track} aria-hidden="true">
        {share > 0 && <i data-bad={bad} style={{ width: `${Math.min(100, share * 100)}%` }} />}
      </div>
      <div className={styles.amount}>{children}</div>
    </div>
  );
}

/** When the last failed, and the first where that was another time. */
function Times({ group }: { group: Group }) {
  const apart = Date.parse(group.last) - Date.parse(group.first) >= MINUTE_MS;
  return (
    <>
      Last <Moment at={group.last} />
      {apart && (
        <>
          , first <Moment at={group.first} />
        </>
      )}
    </>
  );
}

function Logs({ experiment, group, brief }: { experiment: string; group: Group; brief: boolean }) {
  const unread = unreadWords(group);
  if (unread !== null) return brief ? null : <p className={styles.soft}>{unread}</p>;
  return group.logs.signatures.slice(0, brief ? 1 : undefined).map((log) => (
    <div key={log.signature} className={styles.log}>
      <code title={log.line}>{brief ? log.signature : log.line}</code>
      <span className={styles.soft}>
        {samplesWords(log.samples, group.logs.read)}, as of{' '}
        <Link to={url.job(experiment, log.jobId, log.stream)}>job {log.jobId}</Link>
      </span>
    </div>
  ));
}

function Factors({ group, brief }: { group: Group; brief: boolean }) {
  const zone = useZoneName();
  const common = group.factors.filter((factor) => factor.common);
  if (common.length === 0) return brief ? null : <p className={styles.soft}>{nothingCommon(group)}</p>;
  return (
    <p>
      <span className={styles.soft}>In common </span>
      {common.map((factor) => (
        <b key={factor.factor} className={styles.factor}>
          {factorWords(factor, zone)}
        </b>
      ))}
    </p>
  );
}
