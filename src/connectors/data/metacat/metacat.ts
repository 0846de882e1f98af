/**
 * Data handling by MetaCat (files and datasets), Data Dispatcher (projects) and Rucio (locations): spec/data-handling.md 3
 * and docs/adr/0017-metacat.md.
 */
import { RECOVERY_TYPES, type RecoveryType } from '../../../domain/recoveries.ts';
import { createHttpClient } from '../../http/client.ts';
import type { Capabilities, DataHandling } from '../types.ts';
import { datasetNamed, defineDataset, describe, listDatasets } from './datasets.ts';
import { fileLineage, listFiles, oneFile } from './files.ts';
import { union } from './mql.ts';
import { filesOf } from './names.ts';
import { madeOf } from './output.ts';
import { progress, projectSummaries } from './progress.ts';
import { filesOfProject, openProject } from './projects.ts';
import { recoveryQuery } from './recoveries.ts';
import { type Connections, type Servers, serversFor } from './servers.ts';
import { environmentOf, type MetacatSetting } from './setting.ts';
import { nextSlice } from './slices.ts';
import { createTokens } from './tokens.ts';

const CAPABILITIES: Capabilities = {
  language: 'mql',
  projectsBy: 'poms',
  recoveryTypes: Object.keys(RECOVERY_TYPES) as RecoveryType[],
  lineage: true,
  datasets: true,
};

/** A project is opened outside of transactions: listing a large dataset may take its time. Milliseconds. */
const OPEN_MS = 120_000;

/** Connects to nothing before the first call. */
export function createMetacat(setting: MetacatSetting, now?: () => Date): DataHandling {
  const system = `Data handling ${setting.name}`;
  const clock = now === undefined ? {} : { now };
  const signIn = createHttpClient({
    system,
    setting: { ...setting, tokenFile: setting.login === 'token' ? setting.tokenFile : null },
    ...clock,
  });
  const http = createHttpClient({
    system,
    // The token goes in a header of its own.
    setting: { ...setting, tokenFile: null },
    headers: { accept: 'application/json-seq, application/json, text/json, text/plain' },
    ...clock,
  });
  const connections: Connections = {
    setting,
    http,
    tokens: createTokens(setting, signIn, now),
    rucioTokens: createTokens({ ...setting, login: 'file', tokenFile: setting.rucioTokenFile }, signIn, now),
  };
  const use = (experiment: string, ms?: number): Servers => serversFor(connections, experiment, ms);
  const here: DataHandling = {
    name: setting.name,
    capabilities: CAPABILITIES,
    health: () => http.health(),
    within: () => here,

    datasetQuery: (datasets) => union(datasets.map((one) => filesOf(one, setting.namespace))),
    count: async (experiment, query) => (await use(experiment).metacat.count(query)).files,
    summary: async (experiment, query) => ({
      ...(await use(experiment).metacat.count(query)),
      events: null,
    }),
    list: (experiment, query, page) => listFiles(use(experiment), query, page),
    file: (experiment, name) => oneFile(use(experiment), name),
    lineage: (experiment, ...rest) => fileLineage(use(experiment), ...rest),

    defineDataset: async (experiment, name, query, replace) => {
      const servers = use(experiment);
      // Tells a query that is wrong from a server that is: creating a dataset of one fails with status 500.
      await servers.metacat.count(query);
      await defineDataset(servers, datasetNamed(name, servers.own), query, replace);
    },
    describe: (experiment, name) => describe(use(experiment), name),
    datasets: (experiment, page) => listDatasets(use(experiment), page),
    nextSlice: (experiment, ...rest) => nextSlice(use(experiment), ...rest),

    environment: (experiment) => environmentOf(setting, experiment),
    openProject: (experiment, wanted) => openProject(use(experiment, OPEN_MS), wanted),
    projectSummaries: (experiment, projects) => projectSummaries(use(experiment), projects),
    progress: (experiment, items) => progress(use(experiment), items),
    recoveryQuery: (experiment, type, of) => recoveryQuery(use(experiment), type, of),
    outputQuery: async (experiment, project, output) =>
      madeOf(filesOfProject(project, use(experiment).own), output),
  };
  return here;
}
