/**
 * A simulated outside world for the engine: launch hosts and a batch system in memory, with faults drawn from a
 * seed; PostgreSQL and the catalogue are real. What runs on it does what launch scripts and jobs do: it starts a
 * project, submits jobs, and the jobs take files and declare what they made of them.
 */
import pino from 'pino';
import type {
  ActionOutcome,
  BatchChanges,
  BatchCursor,
  BatchSystem,
  JobAction,
  JobEvent,
  JobSelector,
} from '../../src/connectors/batch/types.ts';
import type { Catalogue } from '../../src/connectors/data/catalogue/index.ts';
import { createCatalogue } from '../../src/connectors/data/catalogue/index.ts';
import type { LaunchHost, LaunchScript, RunState } from '../../src/connectors/hosts/types.ts';
import { type Changes, listenForChanges } from '../../src/database/changes.ts';
import type { Database } from '../../src/database/index.ts';
import type { EngineParts } from '../../src/engine/parts.ts';

export interface Faults {
  /** Chance that a question to the batch system fails. */
  batchDown: number;
  /** Chance that events are delivered again. */
  duplicate: number;
  /** Chance that a launch script dies before it has submitted. */
  scriptDies: number;
  /** Chance that the look at a launch host fails. */
  hostDown: number;
}

export const NO_FAULTS: Faults = { batchDown: 0, duplicate: 0, scriptDies: 0, hostDown: 0 };

/** A small generator with a seed (mulberry32), so that a run can be repeated. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface SimJob {
  submissionId: number;
  batchId: string;
  attempt: number;
  state: JobEvent['state'];
  work: () => Promise<number>;
}

export class SimBatch implements BatchSystem {
  readonly name = 'local';
  readonly events: JobEvent[] = [];
  readonly jobs = new Map<string, SimJob>();
  #clusters = 0;
  readonly #draw: () => number;
  readonly #faults: Faults;

  constructor(draw: () => number, faults: Faults) {
    this.#draw = draw;
    this.#faults = faults;
  }

  launchEnvironment() {
    return { env: {}, path: [] };
  }

  /** Queues jobs and returns the cluster. */
  submit(submissionId: number, works: (() => Promise<number>)[]): string {
    const cluster = ++this.#clusters;
    works.forEach((work, index) => {
      const job: SimJob = {
        submissionId,
        batchId: `${cluster}.${index}@local`,
        attempt: 1,
        state: 'idle',
        work,
      };
      this.jobs.set(job.batchId, job);
      this.#happened(job, 'idle');
    });
    return `${cluster}@local`;
  }

  /** Runs some of the idle jobs, in no particular order. */
  async tick(): Promise<void> {
    const idle = [...this.jobs.values()].filter((job) => job.state === 'idle');
    const chosen = idle.filter(() => this.#draw() < 0.6);
    await Promise.all(
      chosen.map(async (job) => {
        this.#happened(job, 'running');
        const exitCode = await job.work();
        if (job.state !== 'running') return;
        this.#happened(job, exitCode === 0 ? 'completed' : 'failed', { exitCode });
      }),
    );
  }

  async changes(cursor: BatchCursor): Promise<BatchChanges> {
    if (this.#draw() < this.#faults.batchDown) throw new Error('the batch system does not answer');
    let from = Number(cursor?.['at'] ?? 0);
    if (from > 0 && this.#draw() < this.#faults.duplicate) from = Math.max(0, from - 5);
    const events = this.events.slice(from, from + 40);
    return { events, cursor: { at: from + events.length }, more: from + events.length < this.events.length };
  }

  async find(submissionId: number): Promise<string[]> {
    if (this.#draw() < this.#faults.batchDown) throw new Error('the batch system does not answer');
    return [...this.jobs.values()].flatMap((job) => (job.submissionId === submissionId ? [job.batchId] : []));
  }

  async act(selector: JobSelector, action: JobAction, reason: string): Promise<ActionOutcome[]> {
    const jobs = [...this.jobs.values()].filter((job) =>
      'submissionId' in selector
        ? job.submissionId === selector.submissionId
        : selector.batchIds.includes(job.batchId),
    );
    return jobs.map((job): ActionOutcome => {
      const to = action === 'remove' ? 'removed' : action === 'hold' ? 'held' : 'idle';
      const possible =
        action === 'release'
          ? job.state === 'held'
          : job.state === 'idle' || job.state === 'running' || (action === 'remove' && job.state === 'held');
      if (!possible) return { batchId: job.batchId, outcome: 'not-applicable' };
      if (action === 'release') job.attempt += 1;
      this.#happened(job, to, { reason });
      return { batchId: job.batchId, outcome: 'accepted' };
    });
  }

  async log() {
    return { text: '', offset: 0, size: 0 };
  }

  async health() {
    return { reachable: true, jobs: { idle: 0, running: 0, held: 0 } };
  }

  #happened(job: SimJob, state: JobEvent['state'], more: Partial<JobEvent> = {}): void {
    job.state = state;
    this.events.push({
      key: `${job.batchId}/${this.events.length}`,
      submissionId: job.submissionId,
      batchId: job.batchId,
      at: new Date(),
      state,
      attempt: job.attempt,
      host: 'sim',
      ...more,
    });
  }
}

/** What the launch script of a stage does, given its environment and command line. Returns what it prints. */
export type SimScript = (script: LaunchScript) => Promise<{ exitCode: number; printed: string }>;

export class SimHost implements LaunchHost {
  readonly name = 'local';
  readonly starts = new Map<number, number>();
  readonly #runs = new Map<number, { state: RunState; printed: string }>();
  readonly #script: SimScript;
  readonly #draw: () => number;
  readonly #faults: Faults;

  constructor(script: SimScript, draw: () => number, faults: Faults) {
    this.#script = script;
    this.#draw = draw;
    this.#faults = faults;
  }

  async start(script: LaunchScript): Promise<void> {
    if (this.#runs.has(script.launchId)) return;
    const startedAt = new Date();
    const run = { state: { state: 'running', startedAt } as RunState, printed: '' };
    this.#runs.set(script.launchId, run);
    this.starts.set(script.launchId, (this.starts.get(script.launchId) ?? 0) + 1);
    if (this.#draw() < this.#faults.scriptDies) {
      run.state = { state: 'vanished', startedAt };
      return;
    }
    const end = ({ exitCode, printed }: { exitCode: number; printed: string }) => {
      run.printed = printed;
      run.state = { state: 'ended', exitCode, startedAt, endedAt: new Date() };
    };
    void this.#script(script).then(end, (error: unknown) => end({ exitCode: 1, printed: String(error) }));
  }

  async look(launchId: number): Promise<RunState> {
    if (this.#draw() < this.#faults.hostDown) throw new Error('the launch host does not answer');
    return this.#runs.get(launchId)?.state ?? { state: 'never-started' };
  }

  async collect(launchId: number): Promise<string> {
    const run = this.#runs.get(launchId);
    const text = run?.printed ?? '';
    if (run !== undefined) run.printed = '';
    return text;
  }

  async abort(launchId: number): Promise<void> {
    const run = this.#runs.get(launchId);
    if (run?.state.state === 'running') run.state = { state: 'vanished', startedAt: run.state.startedAt };
  }

  async reset(launchId: number): Promise<void> {
    this.#runs.delete(launchId);
  }

  async log() {
    return { text: '', offset: 0, size: 0 };
  }
}

export interface World {
  parts: EngineParts;
  batch: SimBatch;
  host: SimHost;
  catalogue: Catalogue;
  changes: Changes;
  close(): Promise<void>;
}

/** The parts of an engine over a database, with the simulated world around. */
export async function createWorld(
  database: Database,
  seed: number,
  faults: Faults,
  script: (world: { batch: SimBatch; catalogue: Catalogue }) => SimScript,
): Promise<World> {
  const draw = random(seed);
  const catalogue = createCatalogue(database.db);
  const batch = new SimBatch(draw, faults);
  const host = new SimHost(script({ batch, catalogue }), draw, faults);
  const changes = await listenForChanges(database.url);
  const parts: EngineParts = {
    database,
    changes,
    host: () => host,
    places: () => [],
    batchSystems: new Map([[batch.name, batch]]),
    dataHandlings: new Map([[catalogue.name, catalogue]]),
    catalogue,
    settings: {
      launchesPerHost: 8,
      hostLaunches: new Map(),
      launchTimeout: 20,
      retrySeconds: 1,
      locateInterval: 1,
      keepLaunchLogsDays: 90,
      keepJobsDays: 400,
      openLocalHost: true,
      outputFolder: () => '/nonexistent',
      baseUrl: 'http://127.0.0.1:1',
      launchPath: [],
    },
    log: pino({ level: process.env['ENGINE_LOG'] ?? 'silent' }),
    now: () => new Date(),
  };
  return { parts, batch, host, catalogue, changes, close: () => changes.close() };
}
