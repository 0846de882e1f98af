/** What a launch would do: where, as whom, the command, where each value comes from, which slices, what follows. */
import { useQuery } from '@tanstack/react-query';
import { previewQuery } from '../../api/queries.ts';
import type { LaunchInput, LaunchPreview as Preview } from '../../api/types.ts';
import { Moment } from '../../format/moment.tsx';
import { counted } from '../../format/numbers.ts';
import { QueryState } from '../../states/query-state.tsx';
import styles from './campaign.module.css';

export function LaunchPreview({ experiment, request }: { experiment: string; request: LaunchInput }) {
  const preview = useQuery(previewQuery(experiment, request));
  return (
    <QueryState query={preview} height={196}>
      {(data) => (
        <>
          <dl className={styles.facts}>
            <dt>Runs on</dt>
            <dd>
              {data.host} as {data.account}
            </dd>
            <dt>Input</dt>
            <dd>
              {data.slices.length === 0
                ? 'none: the stage has no dataset'
                : `${data.slices.map(sliceWords).join('; ')}${leftWords(data)}`}
            </dd>
            <dt>Then</dt>
            <dd>
              {data.follows.length === 0 ? 'nothing follows' : `${data.follows.join(', ')} by themselves`}
            </dd>
            {data.hold !== null && (
              <>
                <dt>Held</dt>
                <dd>
                  {data.hold.heldBy} holds launches (<Moment at={data.hold.since} />
                  ): “{data.hold.reason}”. This one waits in the queue.
                </dd>
              </>
            )}
          </dl>
          <div>
            <h3>Command</h3>
            <pre className={styles.command}>{data.command}</pre>
          </div>
          {data.parameters.length > 0 && (
            <div className={styles.parameters}>
              <h3>Parameters</h3>
              <table>
                <tbody>
                  {data.parameters.map((one) => (
                    <tr key={one.key}>
                      <td>
                        <code>
                          {one.key}
                          {one.value}
                        </code>
                      </td>
                      <td className={styles.soft}>from the {one.from}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </QueryState>
  );
}

/** What comes after the slices that are shown. */
function leftWords({ slices, slicesLeft }: Preview): string {
  const more = (slicesLeft ?? 0) - slices.length;
  return more > 0 ? `; and at most ${counted(more, 'slice')} more` : '';
}

function sliceWords(slice: { dataset: string; files: number | null }): string {
  return slice.files === null ? slice.dataset : `${slice.dataset} (${counted(slice.files, 'file')})`;
}
