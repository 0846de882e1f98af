/** A batch of events, sorted out by job: where each job was, and where the batch brings it. No input or output. */
import type { JobEvent } from '../../connectors/batch/types.ts';
import type { Failure } from '../../domain/failures/classify.ts';
import { afterStep, beginLife, type JobLife, type JobStep } from '../../domain/job-life.ts';

/** What events tell of a job beside its life; null where they are silent. */
interface JobFacts {
  host: string | null;
  site: string | null;
  wallSeconds: number | null;
  cpuSeconds: number | null;
  memoryKb: number | null;
}

/** What was known of a job beside its life. */
export interface JobKnown {
  host: string | null;
  site: string | null;
  wallSeconds: number | null;
  /** The failure group it is in. */
  failure: number | null;
}

/** Where a failed job belongs. */
export interface PlacedFailure {
  failureGroup: number;
  failure: number;
  found: Failure;
}

export interface JobInBatch {
  submissionId: number;
  batchId: string;
  /** 0 until it is known. */
  jobId: number;
  /** In the order in which they came, each once. */
  events: JobEvent[];
  /** Null: it was not known before. */
  before: JobLife | null;
  /** Null: nothing has changed, or `changedJobs` has not looked yet. */
  after: JobLife | null;
  facts: JobFacts;
  /** Null: it was not known before. */
  known: JobKnown | null;
  /** Null: the batch has not brought it to a failure. */
  failure: PlacedFailure | null;
}

/** The jobs of the events, in the order in which they are first named. */
export function groupByJob(events: readonly JobEvent[]): JobInBatch[] {
  const jobs = new Map<string, JobInBatch>();
  for (const event of events) {
    const { submissionId, batchId } = event;
    const name = `${submissionId} ${batchId}`;
    const job = jobs.get(name);
    if (job === undefined) {
      const facts = { host: null, site: null, wallSeconds: null, cpuSeconds: null, memoryKb: null };
      jobs.set(name, {
        submissionId,
        batchId,
        jobId: 0,
        events: [event],
        before: null,
        after: null,
        facts,
        known: null,
        failure: null,
      });
    } else if (job.events.every((known) => known.key !== event.key)) {
      job.events.push(event);
    }
  }
  return [...jobs.values()];
}

/** Lets the jobs live through their events and returns those of which the database does not know all yet. */
export function changedJobs(jobs: readonly JobInBatch[]): JobInBatch[] {
  return jobs.filter((job) => {
    let life = job.before;
    let told = false;
    for (const event of job.events) {
      life = life === null ? beginLife(toStep(event)) : afterStep(life, toStep(event));
      if (event.attempt === life.attempt) told = note(job.facts, event) || told;
    }
    if (life === job.before && !told) return false;
    job.after = life;
    return true;
  });
}

function toStep({ at, state, attempt, exitCode, signal, reason }: JobEvent): JobStep {
  return {
    at: at.getTime(),
    state,
    attempt,
    exitCode: exitCode ?? null,
    signal: signal ?? null,
    reason: reason ?? null,
  };
}

/** Takes over what the event tells, and says whether it tells anything. */
function note(facts: JobFacts, event: JobEvent): boolean {
  const { host, site, wallSeconds, cpuSeconds, memoryKb } = event;
  facts.host = host ?? facts.host;
  facts.site = site ?? facts.site;
  facts.wallSeconds = wallSeconds ?? facts.wallSeconds;
  facts.cpuSeconds = cpuSeconds ?? facts.cpuSeconds;
  if (memoryKb !== undefined) facts.memoryKb = Math.max(memoryKb, facts.memoryKb ?? 0);
  return [host, site, wallSeconds, cpuSeconds, memoryKb].some((value) => value !== undefined);
}
