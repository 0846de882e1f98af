/** Times and durations as people read them (console.md, Words): always with the zone. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Relative under 24 h (`3 min ago`), absolute beyond. */
export function ago(at: string, now: number, zone?: string): string {
  const passed = now - Date.parse(at);
  if (Number.isNaN(passed)) return at;
  // The clock on the page ticks slowly, and other machines' clocks differ: what has happened is not in the future.
  if (passed < 0 && passed > -MINUTE) return 'just now';
  if (Math.abs(passed) >= DAY) return absolute(at, zone);
  const words = shortSpan(Math.abs(passed));
  if (words === '') return 'just now';
  return passed < 0 ? `in ${words}` : `${words} ago`;
}

function shortSpan(ms: number): string {
  if (ms < 10 * SECOND) return '';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  return `${Math.floor(ms / HOUR)} h`;
}

/** `2026-11-24 04:06 CST`; the reader's own zone unless one is given. */
export function absolute(at: string, zone?: string, seconds = false): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const parts = new Map(
    formatter(zone)
      .formatToParts(date)
      .map((part) => [part.type, part.value]),
  );
  const take = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const time = `${take('hour')}:${take('minute')}${seconds ? `:${take('second')}` : ''}`;
  return `${take('year')}-${take('month')}-${take('day')} ${time} ${take('timeZoneName')}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is slow (0.1 ms); a table shows hundreds of times. */
function formatter(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? '';
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...(zone === undefined ? {} : { timeZone: zone }),
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  formatters.set(key, made);
  return made;
}

/** Seconds as `2 h 14 min`, `3 d 4 h`, `41 s`, `0.4 s`. */
export function duration(seconds: number): string {
  if (seconds < 0) return duration(0);
  if (seconds < 10) return `${trimZero(seconds.toFixed(1))} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', minutes < 10 ? Math.floor(seconds % 60) : 0, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** Seconds between two times; up to now while there is no end. */
export function span(from: string, to: string | null, now: number): string {
  const end = to === null ? now : Date.parse(to);
  return duration((end - Date.parse(from)) / 1000);
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
