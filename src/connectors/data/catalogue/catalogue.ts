/**
 * The built-in file catalogue: data handling in POMS's own PostgreSQL. It speaks the SAM dimensions language and is
 * served as the SAM web API (src/http/sam). Every operation is within one experiment.
 */
import type { Db, Transaction } from '../../../database/index.ts';
import { dependencyQuery } from '../../../domain/dependencies.ts';
import { definitionFiles } from '../../../domain/dimension-text.ts';
import { RECOVERY_TYPES, type RecoveryType, recoveryQuery } from '../../../domain/recoveries.ts';
import { PomsError } from '../../../errors.ts';
import type { Capabilities, DataHandling } from '../types.ts';
import { listDatasets } from './datasets.ts';
import { type DeclareResult, declareFiles } from './declare.ts';
import {
  createDefinition,
  type Definition,
  findDefinition,
  getDefinition,
  type NewDefinition,
  type Snapshot,
  takeSnapshot,
} from './definitions.ts';
import { type HandedFile, nextFile } from './delivery.ts';
import { quickSummary, tellQuery } from './explain.ts';
import { fileUses } from './file-uses.ts';
import { fileLineage } from './lineage.ts';
import { changeLocations } from './locations.ts';
import { fileMetadata, listFiles, retireFile } from './metadata.ts';
import { type SamOperations, samOperations } from './operations.ts';
import { endProcess, establishProcess, type NewProcess, reportFile } from './processes.ts';
import { progress, projectSummaries } from './progress.ts';
import {
  type FullProjectSummary,
  projectSummary,
  type Remaining,
  remainingFiles,
  remainingQuery,
} from './project-summary.ts';
import { endProject, getProject, type NewProject, type Project, startProject } from './projects.ts';
import { countFiles, type FileLine, listLines, summarize } from './queries.ts';
import type { Session } from './session.ts';
import { nextSlice } from './slices.ts';

/** What the catalogue can do besides what every data handling can; see the functions of the same names. */
export interface Catalogue extends DataHandling, SamOperations {
  /** The same catalogue, working in a transaction that the caller ends: all or nothing together with it. */
  within(transaction: Transaction): Catalogue;
  lines(
    experiment: string,
    query: string,
    page: { after: number; limit: number | null },
  ): Promise<FileLine[]>;
  declare(experiment: string, metadata: unknown[], user: string): Promise<DeclareResult[]>;
  retire(experiment: string, name: string, user: string): Promise<void>;
  changeLocations(
    experiment: string,
    name: string,
    change: { add?: string[]; remove?: string[] },
  ): Promise<void>;
  createDefinition(experiment: string, wanted: NewDefinition): Promise<Definition>;
  definition(experiment: string, name: string): Promise<Definition>;
  snapshot(
    experiment: string,
    definition: string,
    user: string,
    options?: { maxAge?: number | undefined; allowEmpty?: boolean },
  ): Promise<Snapshot>;
  startProject(experiment: string, wanted: NewProject): Promise<Project>;
  project(experiment: string, name: string): Promise<Project>;
  projectSummary(experiment: string, name: string, processLimit: number): Promise<FullProjectSummary>;
  remainingFiles(experiment: string, project: string, options: Remaining): Promise<string>;
  endProject(experiment: string, name: string): Promise<void>;
  establishProcess(experiment: string, project: string, wanted: NewProcess): Promise<number>;
  nextFile(
    experiment: string,
    project: string,
    processId: number,
    options: { resume: boolean },
  ): Promise<HandedFile | null>;
  reportFile(
    experiment: string,
    project: string,
    processId: number,
    report: { file: string; status: string },
  ): Promise<void>;
  endProcess(
    experiment: string,
    project: string,
    processId: number,
    status: 'completed' | 'bad',
  ): Promise<void>;
}

const CAPABILITIES: Capabilities = {
  language: 'sam',
  projectsBy: 'script',
  recoveryTypes: Object.keys(RECOVERY_TYPES) as RecoveryType[],
  lineage: true,
  datasets: true,
};

export function createCatalogue(db: Db): Catalogue {
  return over({ db, inTransaction: false });
}

function over(session: Session): Catalogue {
  return {
    ...samOperations(session),
    name: 'catalogue',
    capabilities: CAPABILITIES,
    health: () => null,
    within: (transaction) => over({ db: transaction, inTransaction: true }),

    count: (...rest) => countFiles(session, ...rest),
    list: (...rest) => listFiles(session, ...rest),
    summary: (...rest) => summarize(session, ...rest),
    lines: (...rest) => listLines(session, ...rest),

    declare: (...rest) => declareFiles(session, ...rest),
    file: (...rest) => fileMetadata(session, ...rest),
    lineage: (...rest) => fileLineage(session, ...rest),
    fileUses: (...rest) => fileUses(session, ...rest),
    retire: (...rest) => retireFile(session, ...rest),
    changeLocations: (...rest) => changeLocations(session, ...rest),

    tellQuery: (...rest) => tellQuery(session, ...rest),
    quickSummary: (...rest) => quickSummary(session, ...rest),
    datasetQuery: (datasets) => datasets.map(definitionFiles).join(' or '),
    datasets: (...rest) => listDatasets(session, ...rest),
    async defineDataset(experiment, name, dims, replace, user = 'poms') {
      await createDefinition(session, experiment, { name, dims, user, replace });
    },
    describe: async (experiment, name) => (await findDefinition(session.db, experiment, name))?.dims ?? null,
    createDefinition: (...rest) => createDefinition(session, ...rest),
    definition: (...rest) => getDefinition(session.db, ...rest),
    snapshot: (...rest) => takeSnapshot(session, ...rest),
    nextSlice: (...rest) => nextSlice(session, ...rest),

    startProject: (...rest) => startProject(session, ...rest),
    project: (...rest) => getProject(session.db, ...rest),
    projectSummary: (...rest) => projectSummary(session, ...rest),
    remainingFiles: (...rest) => remainingFiles(session, ...rest),
    endProject: (...rest) => endProject(session, ...rest),
    establishProcess: (...rest) => establishProcess(session, ...rest),
    nextFile: (...rest) => nextFile(session, ...rest),
    reportFile: (...rest) => reportFile(session, ...rest),
    endProcess: (...rest) => endProcess(session, ...rest),

    // Where the built-in one is served is known only to whoever serves it.
    environment: () => ({}),
    openProject: async () => {
      throw new Error('jobs start the projects of the catalogue (`projectsBy`)');
    },
    projectSummaries: (...rest) => projectSummaries(session, ...rest),
    progress: (...rest) => progress(session, ...rest),
    async recoveryQuery(_experiment, type, of) {
      // The catalogue knows how processes ended, which the rule for all data systems does not count on.
      if (type === 'process_status') return remainingQuery(of.project, { useFiles: true, useProcess: true });
      const result = recoveryQuery(type, of);
      if ('problem' in result) throw new PomsError('bad-query', { problem: result.problem });
      return result.query;
    },
    outputQuery: async (_experiment, project, output) => dependencyQuery(project, output),
  };
}
