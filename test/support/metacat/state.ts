/** What the stand-ins of MetaCat, Data Dispatcher and Rucio remember. */
export interface StandInFile {
  fid: string;
  namespace: string;
  name: string;
  size: number;
  creator: string;
  /** Seconds since 1970. */
  created: number;
  retired: boolean;
  metadata: Record<string, unknown>;
  /** Fids. */
  parents: string[];
}

export interface StandInDataset {
  namespace: string;
  name: string;
  frozen: boolean;
  monotonic: boolean;
  description: string;
  creator: string;
  created: number;
  metadata: Record<string, unknown>;
  /** Fids. */
  files: Set<string>;
}

export type HandleState = 'initial' | 'reserved' | 'done' | 'failed';

export interface StandInHandle {
  namespace: string;
  name: string;
  state: HandleState;
  attempts: number;
  workerId: string | null;
}

export interface StandInProject {
  id: number;
  owner: string;
  state: 'active' | 'failed' | 'done' | 'cancelled' | 'held' | 'abandoned';
  attributes: Record<string, unknown>;
  query: string | null;
  workerTimeout: number | null;
  idleTimeout: number | null;
  created: number;
  handles: StandInHandle[];
}

export class StandInState {
  readonly namespaces = new Set<string>();
  readonly files = new Map<string, StandInFile>();
  readonly byDid = new Map<string, StandInFile>();
  readonly children = new Map<string, Set<string>>();
  readonly datasets = new Map<string, StandInDataset>();
  readonly projects = new Map<number, StandInProject>();
  /** By `namespace:name`: where there are replicas. */
  readonly replicas = new Map<string, string[]>();
  #fids = 0;
  #projects = 100;

  nextProject(): number {
    this.#projects += 1;
    return this.#projects;
  }

  /** Throws for a parent or dataset that does not exist. */
  declare(
    dataset: string,
    wanted: {
      namespace: string;
      name: string;
      size?: number;
      created?: number;
      metadata?: Record<string, unknown>;
      parents?: string[];
    },
    creator = 'tester',
  ): StandInFile {
    const { namespace, name, size = 1, created = Date.now() / 1000, metadata = {}, parents = [] } = wanted;
    const into = this.datasets.get(dataset);
    if (into === undefined) throw new Error(`no dataset ${dataset}`);
    // Made-up ids do not sort as they were made, nor do MetaCat's.
    this.#fids += 1;
    const fid = `f${(this.#fids * 7919) % 100_003}x${this.#fids}`;
    const fids = parents.map((did) => {
      const parent = this.byDid.get(did);
      if (parent === undefined) throw new Error(`no parent ${did}`);
      return parent.fid;
    });
    const file = { fid, namespace, name, size, creator, created, retired: false, metadata, parents: fids };
    this.files.set(fid, file);
    this.byDid.set(`${namespace}:${name}`, file);
    for (const parent of fids) {
      this.children.set(parent, (this.children.get(parent) ?? new Set()).add(fid));
    }
    into.files.add(fid);
    return file;
  }

  createDataset(
    namespace: string,
    name: string,
    more: Partial<Omit<StandInDataset, 'namespace' | 'name'>> = {},
  ): StandInDataset {
    this.namespaces.add(namespace);
    const dataset: StandInDataset = {
      namespace,
      name,
      frozen: false,
      monotonic: false,
      description: '',
      creator: 'tester',
      created: Date.now() / 1000,
      metadata: {},
      files: new Set(),
      ...more,
    };
    this.datasets.set(`${namespace}:${name}`, dataset);
    return dataset;
  }
}
