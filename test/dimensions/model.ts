/** A catalogue in memory: what the reference evaluator looks at, and what is loaded into the database for it. */
export interface ModelFile {
  id: number;
  name: string;
  size: number | null;
  eventCount: number | null;
  firstEvent: number | null;
  started: Date | null;
  ended: Date | null;
  created: Date;
  createdBy: string;
  type: string | null;
  tier: string | null;
  stream: string | null;
  application: { family: string; name: string; version: string } | null;
  good: boolean;
  retired: boolean;
  checksums: string[];
  /** `category.name` in lower case. */
  parameters: Record<string, string | number | boolean>;
  /** Ids of direct parents. */
  parents: number[];
  runs: { run: number; subrun: number | null; type: string | null }[];
  locations: { path: string; tape: string | null }[];
}

export interface ModelSnapshot {
  id: number;
  definitionId: number | null;
  /** Among the snapshots of its definition's name, from 1. */
  version: number;
  /** Ids in the order of their numbers, from 1. */
  files: number[];
}

export interface ModelProcess {
  id: number;
  projectId: number;
  state: 'active' | 'completed' | 'bad';
  user: string | null;
  description: string | null;
}

export interface ModelProject {
  id: number;
  name: string;
  description: string | null;
  snapshotId: number;
  files: { fileId: number; state: string; processId: number | null }[];
}

export interface ModelDefinition {
  id: number;
  name: string;
  dims: string;
}

export interface Model {
  experiment: string;
  files: ModelFile[];
  definitions: ModelDefinition[];
  snapshots: ModelSnapshot[];
  projects: ModelProject[];
  processes: ModelProcess[];
}
