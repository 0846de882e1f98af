/** The status of a campaign as a whole: the kind of its submissions that needs a person most. */
import type { SubmissionCounts } from '../../api/types.ts';
import { KINDS, type Kind } from '../../status/language.ts';

/** Null when there is no submission. */
export function worstKind(counts: SubmissionCounts): Kind | null {
  return KINDS.find((kind) => counts[kind] > 0) ?? null;
}
