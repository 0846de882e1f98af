/** Batch ids of Slurm: `17@farm`, and `17.3@farm` for task 3 of array 17, which Slurm's commands call `17_3`. */

export interface JobName {
  job: number;
  task: number | null;
}

/** The parts of a batch id, with or without the system; null for what is none, or one of another system. */
export function parseBatchId(batchId: string, system: string): JobName | null {
  const parts = /^(\d{1,15})(?:[._](\d{1,9}))?(?:@(.+))?$/.exec(batchId);
  if (parts === null || (parts[3] !== undefined && parts[3] !== system)) return null;
  return { job: Number(parts[1]), task: parts[2] === undefined ? null : Number(parts[2]) };
}

/** As Slurm's commands take it: `17`, `17_3`. */
export function nameOf({ job, task }: JobName): string {
  return task === null ? String(job) : `${job}_${task}`;
}

/** As POMS names it: `17@farm`, `17.3@farm`. */
export function batchIdOf({ job, task }: JobName, system: string): string {
  return `${job}${task === null ? '' : `.${task}`}@${system}`;
}

/**
 * Jobs as few words: `17`, `18_[0-99,105]`. Tasks of one array make one word until it has `length` characters, and
 * their ids with it, so that of a command that failed one knows for which jobs.
 */
export function words(jobs: readonly JobName[], length = 2000): { word: string; jobs: JobName[] }[] {
  const arrays = new Map<number, JobName[]>();
  for (const one of jobs) {
    const members = arrays.get(one.job);
    if (members === undefined) arrays.set(one.job, [one]);
    else members.push(one);
  }
  return [...arrays].flatMap(([job, members]) => {
    const tasks = members.flatMap(({ task }) => task ?? []).sort((a, b) => a - b);
    const whole = members.some(({ task }) => task === null);
    return [
      ...(whole ? [{ word: String(job), jobs: [{ job, task: null }] }] : []),
      ...ranges(tasks, length).map(({ text, from, to }) => ({
        word: `${job}_[${text}]`,
        jobs: tasks.slice(from, to).map((task) => ({ job, task })),
      })),
    ];
  });
}

/** Sorted numbers as `0-2,7`, cut into pieces of about `length` characters; `from` and `to` are places in the list. */
function ranges(tasks: readonly number[], length: number): { text: string; from: number; to: number }[] {
  const pieces: { text: string; from: number; to: number }[] = [];
  for (let from = 0; from < tasks.length; ) {
    let to = from + 1;
    while (to < tasks.length && tasks[to] === (tasks[to - 1] ?? 0) + 1) to += 1;
    const range = to - from === 1 ? `${tasks[from]}` : `${tasks[from]}-${tasks[to - 1]}`;
    const last = pieces.at(-1);
    if (last === undefined || last.text.length > length) pieces.push({ text: range, from, to });
    else {
      last.text += `,${range}`;
      last.to = to;
    }
    from = to;
  }
  return pieces;
}
