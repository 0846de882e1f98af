/** What the jobs of a failure have in common: shares that are clearly above those among other jobs. */

/** On how many jobs something is seen, of how many of which it is known. */
export interface Share {
  jobs: number;
  of: number;
}

/** Fewer jobs have nothing in common but chance. */
const LEAST_JOBS = 3;
/** What is seen on a smaller share of a failure's jobs is not common to them. */
const LEAST_SHARE = 0.25;
/** So many times the share among other jobs at least, however sure it is that it is more. */
const LEAST_LIFT = 1.5;
/** Of the normal distribution, for 95 %. */
const Z = 1.96;

/**
 * Whether the share among a failure's jobs is clearly above the share among the other jobs: at least a quarter and 1.5
 * times as large, and, as both are counts of some jobs, the lower end of the one's 95 % interval above the upper end of
 * the other's (Wilson). Without other jobs nothing is: there is nothing to compare with.
 */
export function isCommon(failed: Share, others: Share): boolean {
  if (failed.jobs < LEAST_JOBS || others.of === 0) return false;
  const share = failed.jobs / failed.of;
  if (share < LEAST_SHARE || share < (LEAST_LIFT * others.jobs) / others.of) return false;
  return interval(failed).low > interval(others).high;
}

/** Wilson's score interval of a share. */
function interval({ jobs, of }: Share): { low: number; high: number } {
  const share = jobs / of;
  const middle = share + (Z * Z) / (2 * of);
  const reach = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const scale = 1 + (Z * Z) / of;
  return { low: (middle - reach) / scale, high: (middle + reach) / scale };
}
