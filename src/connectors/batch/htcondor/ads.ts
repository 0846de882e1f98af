/** Job ads: what condor_q and condor_history print with -json, read with suspicion. */
import { PomsError } from '../../../errors.ts';

/** One job as HTCondor describes it. Attributes that do not exist are left out, some that were cleared are null. */
export type Ad = Readonly<Record<string, unknown>>;

/**
 * The ads in an answer. Nothing at all is how condor_q says that there are none. Throws `outside-system`, naming the
 * command, where it is no list of ads.
 */
export function parseAds(text: string, command: string): Ad[] {
  if (text.trim() === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unreadable(command, text, cause);
  }
  if (!Array.isArray(parsed) || !parsed.every(isAd)) throw unreadable(command, text);
  return parsed;
}

function isAd(value: unknown): value is Ad {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(system: string, text: string, cause?: unknown): PomsError {
  const problem = `its answer is no JSON, or not all of it: "…${text.trim().slice(-80)}"`;
  return new PomsError('outside-system', { system, problem }, { cause });
}

/** The attribute as a finite number, or null. An unevaluated expression is a text in JSON, and so no number. */
export function numberOf(ad: Ad, name: string): number | null {
  const value = ad[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The attribute as a text that is not empty, or null. */
export function textOf(ad: Ad, name: string): string | null {
  const value = ad[name];
  return typeof value === 'string' && value !== '' && !value.startsWith('/Expr(') ? value : null;
}

/** A time attribute in seconds since 1970, or null: HTCondor writes 0 for never. */
export function timeOf(ad: Ad, name: string): number | null {
  const value = numberOf(ad, name);
  return value !== null && value > 0 ? value : null;
}
