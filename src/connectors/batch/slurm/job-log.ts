/** Where a job writes, by what Slurm says; and what Slurm itself has noted about the job. */
import { PomsError } from '../../../errors.ts';
import { type JobName, nameOf } from './batch-ids.ts';
import type { Questions } from './questions.ts';

/** What `scontrol show job` prints of the job; null when Slurm has forgotten it. */
export async function shownJob(ask: Questions, name: JobName): Promise<string | null> {
  const { exitCode, stdout, stderr } = await ask.run('scontrol', ['show', 'job', nameOf(name)]);
  if (exitCode === 0 && /^JobId=/m.test(stdout)) return stdout;
  if (exitCode === 0 || /invalid job id/i.test(stderr)) return null;
  throw new PomsError('outside-system', { system: 'scontrol', problem: stderr.trim().slice(0, 300) });
}

/** What Slurm noted about the job, as text: of the queue, or of the accounting. */
export async function jobNotes(ask: Questions, name: JobName): Promise<string> {
  const shown = await shownJob(ask, name);
  if (shown !== null) return shown;
  const fields =
    'JobID,JobName,User,Partition,State,ExitCode,Submit,Start,End,Elapsed,TotalCPU,MaxRSS,NodeList';
  const { exitCode, stdout } = await ask.run('sacct', ['-D', '-P', '-j', nameOf(name), `--format=${fields}`]);
  if (exitCode !== 0 || stdout.trim().split('\n').length < 2) throw forgotten(name);
  return stdout;
}

/** The file to which a job writes. Throws `not-found` where Slurm no longer tells. */
export async function logFile(ask: Questions, name: JobName, stream: 'stdout' | 'stderr'): Promise<string> {
  const key = stream === 'stdout' ? 'StdOut' : 'StdErr';
  const shown = await shownJob(ask, name);
  const found = shown === null ? null : new RegExp(`^\\s*${key}=(.+?)\\s*$`, 'm').exec(shown);
  if (found?.[1] !== undefined) return found[1];
  // The accounting has the name as it was given, with its % marks; before 24.05 it has none.
  const { exitCode, stdout } = await ask.run('sacct', [
    ...['-n', '-P', '-X', '-j', nameOf(name)],
    '--format=JobID,JobIDRaw,User,StdOut,StdErr,WorkDir,JobName',
  ]);
  const cells = exitCode === 0 ? stdout.split('\n')[0]?.split('|') : undefined;
  if (cells === undefined || cells.length < 7) throw forgotten(name);
  const [, raw = '', user = '', out = '', err = '', folder = '', ...rest] = cells;
  const given = (stream === 'stderr' && err !== '' ? err : out) || 'slurm-%j.out';
  const path = expand(given, { name, raw, user, title: rest.join('|') });
  return path.startsWith('/') ? path : `${folder}/${path}`;
}

interface Facts {
  name: JobName;
  /** Number of the very job; an array's tasks have one each. */
  raw: string;
  user: string;
  title: string;
}

/** The % marks of file names (sbatch, "filename pattern"); a number in one is the width, filled with zeros. */
export function expand(pattern: string, { name, raw, user, title }: Facts): string {
  const values: Record<string, string> = {
    A: String(name.job),
    a: String(name.task ?? 4294967294),
    j: raw,
    J: raw,
    b: String((name.task ?? 0) % 10),
    u: user,
    x: title,
    n: '0',
    t: '0',
    s: 'batch',
  };
  return pattern.replace(/%(%|(\d*)([A-Za-z]))/g, (mark, _all, width: string, letter?: string) => {
    if (letter === undefined) return '%';
    const value = values[letter];
    if (value === undefined) return mark;
    return /^\d+$/.test(value) ? value.padStart(Math.min(Number(width), 10), '0') : value;
  });
}

function forgotten(name: JobName): PomsError {
  return new PomsError('not-found', { kind: 'log of job', name: nameOf(name) });
}
