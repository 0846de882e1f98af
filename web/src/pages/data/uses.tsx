/** The projects that a file was given to, and the submissions that run on them. */
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/client.ts';
import { usesQuery } from '../../api/queries.ts';
import { Moment } from '../../format/moment.tsx';
import { Link } from '../../links/link.tsx';
import { type DataFilter, url } from '../../links/url.ts';
import { QueryState } from '../../states/query-state.tsx';
import styles from './data.module.css';

export function Uses({ experiment, name, system }: { experiment: string; name: string; system: DataFilter }) {
  const uses = useQuery(usesQuery(experiment, name, { ...system }));
  // Not all systems tell.
  if (uses.error instanceof ApiError && uses.error.problem.code === 'unsupported') return null;
  return (
    <section className={styles.section}>
      <h2>Given to</h2>
      <QueryState query={uses} height={80}>
        {({ projects, more }) =>
          projects.length === 0 ? (
            <p className={styles.soft}>No project.</p>
          ) : (
            <>
              <ul className={styles.uses}>
                {projects.map(({ project, dataset, state, changed, submissions }) => (
                  <li key={project}>
                    <span>
                      {submissions.length === 0 ? (
                        `project ${project}`
                      ) : (
                        <>
                          submission{' '}
                          {submissions.map((id, place) => (
                            <span key={id}>
                              {place > 0 && ', '}
                              <Link to={url.submission(experiment, id)}>{id}</Link>
                            </span>
                          ))}
                        </>
                      )}
                      {dataset !== null && (
                        <>
                          {' with '}
                          <Link to={url.dataset(experiment, dataset, system)}>{dataset}</Link>
                        </>
                      )}
                    </span>
                    <span className={styles.soft}>
                      {state}, <Moment at={changed} />
                    </span>
                  </li>
                ))}
              </ul>
              {more && <p className={styles.soft}>These are the newest; there are more.</p>}
            </>
          )
        }
      </QueryState>
    </section>
  );
}
