/** The failures of a campaign, stage or submission on its page: the most frequent groups, and the way to all. */
import { useQuery } from '@tanstack/react-query';
import { failuresQuery } from '../api/queries.ts';
import type { JobCounts } from '../api/types.ts';
import { counted } from '../format/numbers.ts';
import { Link } from '../links/link.tsx';
import { type FailureScope, url } from '../links/url.ts';
import { QueryState } from '../states/query-state.tsx';
import { FailureGroup } from './failure-group.tsx';
import styles from './failures.module.css';

/** More than these are on the page of failures. */
const SHOWN = 3;

export interface FailureCardProps {
  experiment: string;
  scope: FailureScope;
  /** Those of the scope: where none has failed nothing is asked, and nothing shown. */
  jobs: readonly JobCounts[];
}

export function FailureCard({ experiment, scope, jobs }: FailureCardProps) {
  const any = jobs.some(({ failed, held, removed }) => failed + held + removed > 0);
  const failures = useQuery({ ...failuresQuery(experiment, { ...scope }), enabled: any });
  if (!any) return null;
  return (
    <section className={styles.card} aria-label="Failures">
      <div className={styles.head}>
        <h2>Failures{scope.stage !== undefined && ` of ${scope.stage}`}</h2>
        <Link to={url.failures(experiment, scope)}>
          {failures.data === undefined
            ? 'All failures'
            : `All ${counted(failures.data.groups.length, 'group')}`}
        </Link>
      </div>
      <QueryState query={failures} height={120}>
        {({ groups, failed }) =>
          groups.length === 0 ? (
            <p className={styles.none}>Jobs that failed before POMS kept groups are in none.</p>
          ) : (
            <div className={styles.groups}>
              {groups.slice(0, SHOWN).map((group) => (
                <FailureGroup
                  key={group.failure}
                  experiment={experiment}
                  scope={scope}
                  group={group}
                  failed={failed}
                  brief
                />
              ))}
            </div>
          )
        }
      </QueryState>
    </section>
  );
}
