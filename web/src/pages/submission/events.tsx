/** What happened to a submission, newest first: the record from which everything else is counted. */
import { Button } from '@mantine/core';
import { eventsQuery } from '../../api/queries.ts';
import type { EventView } from '../../api/types.ts';
import { useList } from '../../api/use-list.ts';
import { absolute } from '../../format/time.ts';
import { useZoneName } from '../../format/zone.ts';
import { Empty } from '../../states/empty.tsx';
import { QueryState } from '../../states/query-state.tsx';
import { StatusMark } from '../../status/status-mark.tsx';
import styles from './submission.module.css';

export function Events({ experiment, submission }: { experiment: string; submission: number }) {
  const { state, more } = useList(eventsQuery(experiment, submission));
  return (
    <QueryState query={state} height={240}>
      {(events) =>
        events.length === 0 ? (
          <Empty title="Nothing has happened yet" />
        ) : (
          <>
            <ol className={styles.events}>
              {events.map((event) => (
                <EventRow key={event.eventId} event={event} />
              ))}
            </ol>
            {more.has && (
              <Button mt={8} loading={more.busy} onClick={more.load}>
                Show earlier events
              </Button>
            )}
          </>
        )
      }
    </QueryState>
  );
}

function EventRow({ event }: { event: EventView }) {
  const zone = useZoneName();
  return (
    <li>
      <time dateTime={event.at}>{absolute(event.at, zone, true)}</time>
      <span className={styles.eventKind}>
        {event.status === null ? event.kind : <StatusMark status={event.status} />}
      </span>
      <span className={styles.eventMessage}>{event.message}</span>
      <span className={styles.soft}>{event.actor}</span>
    </li>
  );
}
