/** Reads the parameters of a split from their written form. */
import { PomsError } from '../../errors.ts';
import type { SplitParameter, SplitParameters } from './types.ts';

const SECONDS: Record<string, number> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/**
 * Assigns written arguments (`10`, `low=5`) to the parameters of a type: those without a name in order, as in
 * `nfiles(10)`. Error `bad-split` for one that is unknown, given twice, too many or missing.
 */
export function readParameters(
  text: string,
  known: readonly SplitParameter[],
  written: readonly string[],
): SplitParameters {
  const refuse: (problem: string) => never = (problem) => {
    throw new PomsError('bad-split', { split: text, problem });
  };
  const given = new Map<string, string>();
  for (const [position, argument] of written.entries()) {
    const equals = argument.indexOf('=');
    const name = equals >= 0 ? argument.slice(0, equals).toLowerCase() : known[position]?.name;
    if (name === undefined) refuse(`it takes no more than ${known.length} parameters`);
    if (!known.some((parameter) => parameter.name === name)) {
      refuse(`it has no parameter ${name} (${known.map((p) => p.name).join(', ') || 'it has none'})`);
    }
    if (given.has(name)) refuse(`${name} is given twice`);
    // `window=` without a value, as editors leave it, is the same as not given.
    if (argument.length > equals + 1) given.set(name, argument.slice(equals + 1));
  }

  const value = (name: string): string => {
    const parameter = known.find((p) => p.name === name);
    return given.get(name) ?? parameter?.default ?? refuse(`${name} is missing`);
  };
  const whole = (name: string, least: number): number => {
    const number = /^\d+$/.test(value(name)) ? Number(value(name)) : Number.NaN;
    return number >= least && Number.isSafeInteger(number)
      ? number
      : refuse(`${name} must be a whole number of at least ${least}, not "${value(name)}"`);
  };
  const seconds = (name: string, hint: string): number => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)([wdhms]?)$/i.exec(value(name)) ?? [];
    const number = Math.trunc(Number(amount) * (SECONDS[unit?.toLowerCase() || 's'] ?? Number.NaN));
    return Number.isSafeInteger(number) ? number : refuse(`${name} must be ${hint}, not "${value(name)}"`);
  };

  return {
    refuse,
    count: (name) => whole(name, 1),
    run: (name) => whole(name, 0),
    duration: (name) => seconds(name, 'a length of time such as 90s, 30m, 6h, 2d or 1w'),
    time: (name) => {
      if (value(name) === '' || value(name) === 'now') return null;
      if (/^\d{4}-\d\d-\d\d/.test(value(name)))
        return dateSeconds(value(name)) ?? refuse(`${name} is no date`);
      const time = seconds(name, 'a Unix time in seconds or a date such as 2017-06-20');
      return time <= LATEST ? time : refuse(`${name} is too far in the future`);
    },
    flag: (name) => {
      const text = value(name).toLowerCase();
      if (['', '0', 'false', 'no'].includes(text)) return false;
      return /^(\d+|true|yes)$/.test(text) ? true : refuse(`${name} must be 0 or 1, not "${text}"`);
    },
  };
}

/** The end of the year 9999: later times cannot be written in a query. */
const LATEST = 253_402_300_799;

/** `2017-06-20` or `2017-06-20T12:00:00`, in UTC where no zone is given. */
function dateSeconds(text: string): number | null {
  const zoned = /([zZ]|[+-]\d\d:?\d\d)$/.test(text.slice(10)) || text.length === 10 ? text : `${text}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) || time < 0 ? null : Math.trunc(time / 1000);
}

/** A length of time in the largest unit that divides it: 7200 is `2h`. */
export function writeDuration(seconds: number): string {
  for (const [unit, size] of Object.entries(SECONDS)) {
    if (seconds > 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}

/** What is wrong with a dataset that must be the name of a definition or project; null where nothing is. */
export function nameProblem(dataset: string): string | null {
  const name = dataset.trim();
  if (name === '' || name.toLowerCase() === 'none') return 'needs a dataset to cut, and there is none';
  return null;
}

/** For splits that hand on whatever the dataset is. */
export function anyDataset(): null {
  return null;
}
