/** Lines of sacct. The comment comes last, because it is the only thing in a line that a user writes. */
import { cut, exitIn, linesOf, strange, timeOf, word } from './cells.ts';
import { type SlurmJob, submissionOf } from './records.ts';

/** Fields of `sacct --format`. */
export const ACCOUNT_FORMAT =
  'JobID,State,ExitCode,Reason,Submit,Eligible,Start,End,NodeList,TotalCPU,MaxRSS,UID,Comment';

const CELLS = 12;

/**
 * The jobs of POMS, or of one `instance` of it, among the lines of `sacct -n -P -D --noconvert --format=ACCOUNT_FORMAT`, each as its last attempt
 * was; lines of steps add the memory. `submissions` knows those whose comment the accounting does not keep.
 */
export function accountedJobs(
  text: string,
  submissions: (job: number, task: number | null) => number | null = () => null,
  instance?: string,
): SlurmJob[] {
  const jobs = new Map<string, SlurmJob>();
  for (const line of linesOf(text, CELLS)) {
    const [cells, comment] = cut(line, CELLS);
    const [id = '', state = '', exit, reason, submit, eligible, start, end, host, cpu, memory, user] = cells;
    const [whole = '', step] = id.split('.', 2);
    if (step !== undefined) {
      const peak = memoryOf(memory);
      for (const key of idsOf(whole).map(String)) {
        const job = jobs.get(key);
        if (job !== undefined && peak !== null) job.memoryKb = Math.max(job.memoryKb ?? 0, peak);
      }
      continue;
    }
    const ids = idsOf(whole);
    if (ids.length === 0 && submissionOf(comment) !== null) throw strange(line);
    for (const [job, task] of ids) {
      const submissionId = submissionOf(comment, instance) ?? submissions(job, task);
      if (submissionId === null) continue;
      const key = String([job, task]);
      // An earlier attempt has a line of its own; a number that was used again has another submission.
      const before = jobs.get(key);
      const again = before !== undefined && before.submissionId === submissionId;
      const [exitCode, signal] = exitIn(exit, line);
      const [bare = '', by] = state.split(' by ');
      jobs.delete(key);
      jobs.set(key, {
        job,
        task,
        submissionId,
        state: word(bare, line),
        cancelledBy: by === undefined ? null : by === user ? 'its owner' : by === '0' ? 'root' : `user ${by}`,
        exitCode,
        signal,
        restarts: again ? before.restarts + 1 : 0,
        held: false,
        reason: reason ?? '',
        submitted: timeOf(submit),
        eligible: timeOf(eligible),
        evaluated: null,
        started: timeOf(start),
        ended: timeOf(end),
        host: host === '' || host === 'None assigned' || host === undefined ? null : host,
        cpuSeconds: cpuOf(cpu),
        memoryKb: null,
      });
    }
  }
  return [...jobs.values()];
}

/** Seconds of `[days-][hours:]minutes:seconds[.fraction]`; null where nothing was gathered. */
export function cpuOf(text: string | undefined): number | null {
  const parts = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (parts === null) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const sum = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  // No job does without any: then it was not measured.
  return sum === 0 ? null : Math.round(sum * 1000) / 1000;
}

/** kB of what `--noconvert` prints: bytes, or a number with the unit in which Slurm had it. */
function memoryOf(text: string | undefined): number | null {
  const parts = /^(\d+(?:\.\d+)?)([KMG]?)$/.exec(text ?? '');
  if (parts === null) return null;
  const factor = { K: 1, M: 1024, G: 1024 * 1024 }[parts[2] ?? ''] ?? 1 / 1024;
  return Math.round(Number(parts[1]) * factor) || null;
}

/** `17`, `17_3` and `17_[0-2,5,8-12:2%4]` as numbers of jobs and tasks; none where that is not what stands there. */
export function idsOf(text: string): [number, number | null][] {
  const parts = /^(\d+)(?:_(?:(\d+)|\[([\d,:-]+)(?:%\d+)?\]))?(?:\+\d+)?$/.exec(text);
  if (parts === null) return [];
  const job = Number(parts[1]);
  if (parts[2] !== undefined) return [[job, Number(parts[2])]];
  if (parts[3] === undefined) return [[job, null]];
  return parts[3].split(',').flatMap((range) => {
    const [from = 0, to = from, step = 1] = range.split(/[-:]/).map(Number);
    const tasks: [number, number][] = [];
    for (let task = from; task <= to; task += Math.max(1, step)) tasks.push([job, task]);
    return tasks;
  });
}
