/**
 * Data handling by a SAM server over HTTP: the dimension strings of spec/backend.md 4 to 6, asked as spec/data-handling.md
 * 1 tells (docs/adr/0016-data-handling-systems.md). Its projects are started by jobs, by the name that POMS proposes.
 */
import { hostname } from 'node:os';
import { dependencyQuery } from '../../../domain/dependencies.ts';
import { definitionFiles } from '../../../domain/dimension-text.ts';
import { RECOVERY_TYPES, type RecoveryType, recoveryQuery } from '../../../domain/recoveries.ts';
import { PomsError } from '../../../errors.ts';
import { createHttpClient } from '../../http/client.ts';
import type { Capabilities, DataHandling, Progress } from '../types.ts';
import { define, listDefinitions } from './definitions.ts';
import { fileLineage, listFiles, oneFile } from './files.ts';
import { progress, projectSummaries } from './progress.ts';
import { type SamServer, samServer } from './server.ts';
import type { SamSetting } from './setting.ts';
import { nextSlice } from './slices.ts';

const CAPABILITIES: Capabilities = {
  language: 'sam',
  projectsBy: 'script',
  recoveryTypes: Object.keys(RECOVERY_TYPES) as RecoveryType[],
  lineage: true,
  datasets: true,
};

/** Operations within a transaction must end in 30 s (`DataHandling.within`). Milliseconds. */
const OPERATION_MS = 25_000;
/** Pages of many people ask for the same counts. Milliseconds. */
const KEPT_MS = 3000;

/** Connects to nothing before the first call. */
export function createSam(setting: SamSetting, now?: () => Date): DataHandling {
  const http = createHttpClient({
    system: `Data handling ${setting.name}`,
    setting,
    headers: {
      accept: 'application/json',
      from: `poms@${hostname()}`,
      'user-agent': 'POMS',
      'sam-role': 'default',
    },
    ...(now !== undefined && { now }),
  });
  const use = (experiment: string): SamServer => samServer(http.within(OPERATION_MS), setting, experiment);
  const counted = new Map<string, { until: number; rows: Promise<Progress[]> }>();

  const here: DataHandling = {
    name: setting.name,
    capabilities: CAPABILITIES,
    health: () => http.health(),
    within: () => here,

    datasetQuery: (datasets) => datasets.map(definitionFiles).join(' or '),
    count: (experiment, query) => use(experiment).count(query),
    summary: async (experiment, query) => {
      const { file_count, total_file_size, total_event_count } = await use(experiment).summary(query);
      return { files: file_count, bytes: total_file_size ?? 0, events: total_event_count ?? null };
    },
    list: (experiment, ...rest) => listFiles(use(experiment), ...rest),
    file: (experiment, name) => oneFile(use(experiment), name),
    lineage: (experiment, ...rest) => fileLineage(use(experiment), ...rest),

    defineDataset: (experiment, name, query, replace) => define(use(experiment), name, query, replace),
    describe: async (experiment, name) => (await use(experiment).definition(name))?.dimensions ?? null,
    datasets: (experiment, page) => listDefinitions(use(experiment), page),
    nextSlice: (experiment, ...rest) => nextSlice(use(experiment), ...rest),

    environment: (experiment) => environmentOf(setting, experiment),
    openProject: async () => {
      throw new Error('jobs start the projects of SAM (`projectsBy`)');
    },
    projectSummaries: (experiment, projects) => projectSummaries(use(experiment), projects),
    progress: (experiment, items) => {
      const key = JSON.stringify([experiment, items]);
      const kept = counted.get(key);
      if (kept !== undefined && Date.now() < kept.until) return kept.rows;
      for (const [old, { until }] of counted) if (until < Date.now()) counted.delete(old);
      const rows = progress(use(experiment), items);
      counted.set(key, { until: Date.now() + KEPT_MS, rows });
      rows.catch(() => counted.delete(key));
      return rows;
    },
    async recoveryQuery(experiment, type, of) {
      // SAM knows how processes ended, which the rule for all data systems does not count on.
      if (type === 'process_status') {
        const remaining = await use(experiment).remaining(of.project);
        if (remaining !== null) return remaining;
      }
      const result = recoveryQuery(type, of);
      if ('problem' in result) throw new PomsError('bad-query', { problem: result.problem });
      return result.query;
    },
    outputQuery: async (_experiment, project, output) => dependencyQuery(project, output),
  };
  return here;
}

/** What SAM's clients in scripts and jobs go by (spec/data-handling.md 1.1). */
function environmentOf({ url, group }: SamSetting, experiment: string): Record<string, string> {
  const base = url.replaceAll('{experiment}', experiment).replace(/\/+$/, '');
  return {
    POMS_CATALOGUE_URL: base,
    SAM_WEB_BASE_URL: base,
    SAM_EXPERIMENT: experiment,
    SAM_GROUP: group ?? experiment,
    SAM_STATION: experiment,
  };
}
