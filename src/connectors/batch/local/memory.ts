/**
 * Peak memory of running jobs, sampled from outside: no shell can tell it. The true peak is at least the largest sum
 * of what a job's processes held at one moment, and at least the peak of any one of them; the larger one is handed
 * to the runner in the attempt's file `memory`. A job that ends before the first sample has none.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { allProcesses } from '../../processes.ts';
import { readIfThere, replaceFile } from '../../text-files.ts';

/** Samples the sessions (by leader's pid) once; each has its attempt's folder. */
export async function sampleMemory(sessions: ReadonlyMap<number, string>): Promise<void> {
  const held = new Map<string, { sum: number; peak: number }>();
  for (const { pid, group, session } of allProcesses()) {
    const folder = sessions.get(session) ?? sessions.get(group);
    const sample = folder && memoryOf(pid);
    if (!folder || !sample) continue;
    const so = held.get(folder) ?? { sum: 0, peak: 0 };
    held.set(folder, { sum: so.sum + sample.now, peak: Math.max(so.peak, sample.peak) });
  }
  for (const [folder, { sum, peak }] of held) {
    const kb = Math.max(sum, peak);
    const file = join(folder, 'memory');
    if (kb > Number(readIfThere(file) ?? 0)) await replaceFile(file, `${kb}\n`).catch(() => undefined);
  }
}

function memoryOf(pid: number): { now: number; peak: number } | null {
  if (process.platform !== 'linux') {
    const kb = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim());
    return { now: kb, peak: kb };
  }
  let status: string | null;
  try {
    status = readIfThere(`/proc/${pid}/status`);
  } catch {
    return null;
  }
  const now = Number(/^VmRSS:\s+(\d+)/m.exec(status ?? '')?.[1] ?? 0);
  const peak = Number(/^VmHWM:\s+(\d+)/m.exec(status ?? '')?.[1] ?? 0);
  return peak > 0 ? { now, peak } : null;
}
