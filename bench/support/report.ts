/** How benchmarks print: what was measured, of what size, on which machine, so that a figure can be read alone. */
import { cpus, loadavg } from 'node:os';

/** One line on the machine and on how busy it is, for figures of a busy machine say little alone. */
export function machine(): string {
  const all = cpus();
  const model = all[0]?.model.trim() ?? 'unknown processor';
  return `${all.length} cores (${model}), load average ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}`;
}

export function heading(title: string, size: string): void {
  console.log(`\n${title}\n  size: ${size}\n  machine: ${machine()}`);
}

export function figure(name: string, value: string): void {
  console.log(`  ${name.padEnd(46)} ${value}`);
}

/** The smallest value that `share` (0 to 1) of the values do not exceed. NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds as `p50 1.2, p99 3.4, most 5.6 ms (n 100)`. */
export function spread(values: readonly number[]): string {
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => quantile(values, share).toFixed(1));
  return `p50 ${p50}, p99 ${p99}, most ${most} ms (n ${values.length})`;
}

/** A whole number of at least 1 from the command line. Ends the process with status 2 where it is none. */
export function wholeNumber(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`${text} is not a whole number of at least 1.`);
  process.exit(2);
}
