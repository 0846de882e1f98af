/** What a change of a stage's split does to the place it has come to. */
import { parseSplit, type SplitName } from '../../../domain/splits/index.ts';

/**
 * Splits whose place means the same whatever their parameters: a record of files taken, a run number, a time. The
 * place of the others counts slices, so with other slices it would leave out files or run them twice unseen.
 */
const KEEPS_PLACE: ReadonlySet<SplitName> = new Set([
  'drainingn',
  'stagedfiles',
  'byexistingruns',
  'byrun',
  'new',
  'list',
  'multiparam',
]);

/** Must the split begin again after this change? */
export function startsAgain(before: string | null, after: string | null): boolean {
  if (before === after) return false;
  const type = parseSplit(after).type;
  return parseSplit(before).type !== type || !KEEPS_PLACE.has(type);
}
