/** A point or stretch of time as a query writes it: [from, until). */
export interface Instant {
  from: Date;
  until: Date;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_MS = 86_400_000;
const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-][01]\d:?[0-5]\d)?)?$/i;
const NAMED_MONTH = /^(\d{1,2})-([A-Za-z]{3})-(\d{4}|\d{2})$/;

/**
 * Reads a date (2026-01-31, 2026/01/31, 31-Jan-26, 31-Jan-2026: the whole day) or a time (2026-01-31T10:00:00 with
 * or without an offset or Z: that second). Without an offset it is UTC. Null where it is neither.
 */
export function parseInstant(text: string): Instant | null {
  const named = NAMED_MONTH.exec(text);
  if (named) {
    const [, day = '', month = '', year = ''] = named;
    const fullYear = year.length === 2 ? 2000 + Number(year) : Number(year);
    return at(fullYear, MONTHS.indexOf(month.toLowerCase()) + 1, Number(day), null);
  }
  const iso = ISO.exec(text);
  if (!iso) return null;
  const [, year, month, day, hour, minute, second, zone] = iso;
  const clock =
    hour === undefined ? null : { hour: +hour, minute: Number(minute), second: Number(second ?? 0), zone };
  return at(Number(year), Number(month), Number(day), clock);
}

interface Clock {
  hour: number;
  minute: number;
  second: number;
  zone: string | undefined;
}

function at(year: number, month: number, day: number, clock: Clock | null): Instant | null {
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // The 31st of February would silently become a day in March, the year 1 become 1901.
  if (midnight.getUTCFullYear() !== year) return null;
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null;
  if (!clock) return { from: midnight, until: new Date(midnight.getTime() + DAY_MS) };
  if (clock.hour > 23 || clock.minute > 59 || clock.second > 60) return null;
  const seconds = clock.hour * 3600 + clock.minute * 60 + clock.second;
  const from = new Date(midnight.getTime() + seconds * 1000 - offsetMs(clock.zone));
  return { from, until: new Date(from.getTime() + 1000) };
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  return (digits.startsWith('-') ? -minutes : minutes) * 60_000;
}
