/** When jobs failed: hours with their counts, drawn as bars and searched for a window that holds most of them. */

export interface HourCount {
  /** `2026-11-24T08`, UTC. */
  hour: string;
  jobs: number;
}

export interface Timeline {
  /** Beginning of the first bar. */
  from: Date;
  /** Hours of a bar. */
  hours: number;
  /** Jobs of each bar. */
  jobs: number[];
}

export interface TimeWindow {
  from: Date;
  /** Its end is outside. */
  to: Date;
  jobs: number;
}

const BARS = 24;
const HOUR_MS = 3_600_000;
/** Hours of a bar are one of these, or as many weeks as are needed. */
const WIDTHS = [1, 2, 3, 6, 12, 24, 48, 168];
/** Of the jobs, that a window has to hold. */
const MOST = 0.8;

/** At most 24 bars of equal width from the first hour to the last; null without hours. */
export function timelineOf(counts: readonly HourCount[]): Timeline | null {
  const hours = inOrder(counts);
  const [first] = hours;
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return null;
  const span = last.at - first.at + 1;
  const width = WIDTHS.find((hoursEach) => span <= BARS * hoursEach) ?? 168 * Math.ceil(span / (168 * BARS));
  const jobs = Array.from({ length: Math.ceil(span / width) }, () => 0);
  for (const { at, jobs: count } of hours) {
    const bar = Math.floor((at - first.at) / width);
    jobs[bar] = (jobs[bar] ?? 0) + count;
  }
  return { from: new Date(first.at * HOUR_MS), hours: width, jobs };
}

/** The shortest run of hours that holds 80 % of `of` jobs; null where the hours that are known do not hold as many. */
export function busiestWindow(counts: readonly HourCount[], of: number): TimeWindow | null {
  const hours = inOrder(counts);
  let best: { from: number; to: number; jobs: number } | null = null;
  let begin = 0;
  let held = 0;
  for (const { at, jobs } of hours) {
    held += jobs;
    for (;;) {
      const first = hours[begin];
      if (first === undefined || held < MOST * of) break;
      const length = at - first.at;
      if (
        best === null ||
        length < best.to - best.from ||
        (length === best.to - best.from && held > best.jobs)
      )
        best = { from: first.at, to: at, jobs: held };
      held -= first.jobs;
      begin += 1;
    }
  }
  if (best === null) return null;
  return { from: new Date(best.from * HOUR_MS), to: new Date((best.to + 1) * HOUR_MS), jobs: best.jobs };
}

/** With hours as numbers since 1970. */
function inOrder(counts: readonly HourCount[]): { at: number; jobs: number }[] {
  return counts
    .map(({ hour, jobs }) => ({ at: Date.parse(`${hour}:00:00Z`) / HOUR_MS, jobs }))
    .filter(({ at, jobs }) => Number.isInteger(at) && jobs > 0)
    .sort((a, b) => a.at - b.at);
}
