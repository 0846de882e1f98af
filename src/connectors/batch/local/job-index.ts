/**
 * All jobs of the spool in memory, kept up from the event log. A job takes five bytes, so that 10,000 clusters and
 * a million jobs are no burden.
 */
import { isEnded, JOB_STATES, type JobCounts, type JobState, NO_JOBS } from '../../../domain/job-state.ts';
import { stateAfter } from './job-events.ts';
import { type JobLine, readLines, type Spool, type SpoolLine, type SubmitLine } from './spool.ts';

const CHUNK = 1 << 20;
const IDLE = JOB_STATES.indexOf('idle');

export interface Cluster {
  number: number;
  submission: number | null;
  /** Seconds; null: none. */
  limit: number | null;
  /** By job number, as places in JOB_STATES. */
  states: Uint8Array;
  /** The attempt that runs or ran last, or that an idle job will run as. */
  attempts: Uint32Array;
  unended: number;
  /** Of its latest line, in milliseconds. */
  at: number;
  /** Where its first line begins in the log. */
  offset: number;
}

export interface Job {
  id: string;
  cluster: Cluster;
  index: number;
  state: JobState;
  attempt: number;
}

export interface JobIndex {
  /** Reads what was appended to the log since the last time. */
  follow(): Promise<void>;
  /** By `17.3`; null where no such job was queued. */
  job(id: string): Job | null;
  jobsOf(submissionId: number): Job[];
  clusters(): Iterable<Cluster>;
  /** Ids of jobs that run. */
  running(): ReadonlySet<string>;
  /** Idle jobs in the order in which they were queued. */
  idle(): Generator<Job>;
  counts(): Readonly<JobCounts>;
  /** Up to where the log was read. */
  end(): number;
}

export function createJobIndex(spool: Spool): JobIndex {
  const clusters = new Map<number, Cluster>();
  const bySubmission = new Map<number, Cluster[]>();
  const withIdle = new Set<number>();
  const running = new Set<string>();
  const counts: JobCounts = { ...NO_JOBS };
  let offset = 0;
  let reading: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    for (let more = true; more; ) {
      const page = await readLines(spool, offset, CHUNK);
      for (const { line, offset } of page.lines) apply(line, offset);
      offset = page.next;
      more = page.more;
    }
  }

  function apply(line: SpoolLine, at: number): void {
    if (line.event === 'submit') submit(line, at);
    else change(line);
  }

  function submit(line: SubmitLine, offset: number): void {
    if (clusters.has(line.cluster)) return;
    const cluster: Cluster = {
      number: line.cluster,
      submission: line.submission,
      limit: line.limit,
      states: new Uint8Array(line.count).fill(IDLE),
      attempts: new Uint32Array(line.count).fill(1),
      unended: line.count,
      at: line.at,
      offset,
    };
    clusters.set(line.cluster, cluster);
    withIdle.add(line.cluster);
    counts.idle += line.count;
    if (line.submission === null) return;
    const siblings = bySubmission.get(line.submission);
    if (siblings) siblings.push(cluster);
    else bySubmission.set(line.submission, [cluster]);
  }

  function change(line: JobLine): void {
    const job = find(line.job);
    // What has ended stays so: the line is a second report of the same end.
    if (!job || isEnded(job.state)) return;
    const after = stateAfter(line);
    job.cluster.states[job.index] = JOB_STATES.indexOf(after);
    job.cluster.attempts[job.index] = line.attempt;
    job.cluster.at = line.at;
    counts[job.state] -= 1;
    counts[after] += 1;
    if (isEnded(after)) job.cluster.unended -= 1;
    if (after === 'running') running.add(line.job);
    else running.delete(line.job);
    if (after === 'idle') withIdle.add(job.cluster.number);
  }

  function at(cluster: Cluster, index: number): Job | null {
    const state = JOB_STATES[cluster.states[index] ?? -1];
    const attempt = cluster.attempts[index];
    if (state === undefined || attempt === undefined) return null;
    return { id: `${cluster.number}.${index}`, cluster, index, state, attempt };
  }

  function find(id: string): Job | null {
    const [number, index] = id.split('.');
    const cluster = clusters.get(Number(number));
    return cluster ? at(cluster, Number(index)) : null;
  }

  function* idle(): Generator<Job> {
    for (const number of [...withIdle].sort((a, b) => a - b)) {
      const cluster = clusters.get(number);
      let index = cluster?.states.indexOf(IDLE) ?? -1;
      if (index < 0) withIdle.delete(number);
      while (cluster && index >= 0) {
        const job = at(cluster, index);
        if (job) yield job;
        index = cluster.states.indexOf(IDLE, index + 1);
      }
    }
  }

  return {
    follow() {
      reading = reading.then(read, read);
      return reading;
    },
    job: find,
    jobsOf: (submissionId) =>
      (bySubmission.get(submissionId) ?? []).flatMap((cluster) =>
        Array.from(cluster.states, (_, index) => at(cluster, index)).filter((job) => job !== null),
      ),
    clusters: () => clusters.values(),
    running: () => running,
    idle,
    counts: () => counts,
    end: () => offset,
  };
}
