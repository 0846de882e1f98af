/** A moment and a span on the page; both live. */

import { useNow } from './now.ts';
import { absolute, ago, span } from './time.ts';
import { useZoneName } from './zone.ts';

/** Relative under 24 h, with the absolute time on hover; absolute beyond. */
export function Moment({ at, empty = '–' }: { at: string | null; empty?: string }) {
  const now = useNow();
  const zone = useZoneName();
  if (at === null) return <>{empty}</>;
  return (
    <time dateTime={at} title={absolute(at, zone, true)}>
      {ago(at, now, zone)}
    </time>
  );
}

/** How long from one time to another, or until now. */
export function Span({ from, to, empty = '–' }: { from: string | null; to: string | null; empty?: string }) {
  const now = useNow(1000);
  return <>{from === null ? empty : span(from, to, now)}</>;
}
