/**
 * How jobs are laid out in partitions (docs/adr/0009-jobs-in-partitions-by-submission.md): each has the jobs of about
 * a month of submissions, by the pace at which submissions come.
 */

const MONTH_MS = 30 * 24 * 3_600_000;
/** Submissions. Less is not worth a table; more would keep jobs long after they may go. */
const NARROWEST = 1000;
const WIDEST = 250_000;

/** Submissions since one of them, and now: their pace. */
export interface Pace {
  /** How many submissions came since. */
  submissions: number;
  since: Date;
  now: Date;
}

/** How many submissions the next partition is to hold: a month of them, in whole thousands. */
export function partitionWidth({ submissions, since, now }: Pace): number {
  const elapsed = Math.max(1, now.getTime() - since.getTime());
  const month = (submissions * MONTH_MS) / elapsed;
  return Math.min(WIDEST, Math.max(NARROWEST, Math.ceil(month / NARROWEST) * NARROWEST));
}

/** Is it time to make one more? There must always be room for as many submissions as the next would hold. */
export function needsPartition(end: number, lastSubmission: number, width: number): boolean {
  return end - lastSubmission <= width;
}
