/** The web server as a whole: identity, all routes, the console, and where it listens. */
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { developerIdentity, localUsername } from '../connectors/identity/developer.ts';
import { frontIdentity } from '../connectors/identity/front.ts';
import { fileReport } from '../engine/file-report.ts';
import { previewJobAction, requestJobAction } from '../engine/job-action-desk.ts';
import { createLaunchDesk } from '../engine/launch-desk.ts';
import type { EngineParts } from '../engine/parts.ts';
import { actOnSubmission } from '../engine/submission-actions.ts';
import { fileRoutes } from '../services/datasets/file-routes.ts';
import { projectRoutes } from '../services/datasets/project-routes.ts';
import { datasetRoutes } from '../services/datasets/routes.ts';
import { createExperiments } from '../services/experiments/service.ts';
import { failureRoutes } from '../services/failures/routes.ts';
import { jobActionRoutes } from '../services/job-actions/routes.ts';
import { jobRoutes } from '../services/jobs/routes.ts';
import { launchRoutes } from '../services/launches/routes.ts';
import { ensureDeveloper, loadPerson } from '../services/people/service.ts';
import { submissionRoutes } from '../services/submissions/routes.ts';
import { systemRoutes } from '../services/systems/routes.ts';
import { whyRoutes } from '../services/why/routes.ts';
import { consoleRoutes } from './console.ts';
import { definitionRoutes } from './definitions.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { listen } from './listen.ts';
import { openApiRoutes } from './openapi.ts';
import { samRoutes } from './sam/index.ts';
import { type App, createServer } from './server.ts';

export interface Web {
  url: string;
  stop(): Promise<void>;
}

export interface WebOptions {
  version: string;
  nextFreePort: boolean;
}

/** Throws `address-taken`, and `bad-setting` where identity would not be safe. */
export async function startWeb(config: Config, parts: EngineParts, options: WebOptions): Promise<Web> {
  const app = await buildWeb(config, parts, options);
  if (config.identity === 'developer') await ensureDeveloper(parts.database.db, localUsername());
  const url = await listen(app, config.listen, options.nextFreePort);
  return { url, stop: () => app.close() };
}

/** The server with all its routes, not listening: tests walk it. */
export async function buildWeb(
  config: Config,
  parts: EngineParts,
  options: { version: string },
): Promise<App> {
  const { db } = parts.database;
  const usernameOf =
    config.identity === 'developer' ? developerIdentity(config, localUsername()) : frontIdentity(config);
  const app = await createServer({
    identify: async (request: FastifyRequest) => {
      const username = usernameOf(request);
      return username === null ? null : loadPerson(db, username);
    },
    logger: parts.log,
    version: options.version,
  });
  healthRoutes(app, parts);
  openApiRoutes(app);
  definitionRoutes(app, {
    db,
    identity: config.identity,
    dataHandling: [...parts.dataHandlings.keys()],
    openLocalHost: parts.settings.openLocalHost,
  });
  eventRoutes(app, parts);
  submissionRoutes(app, {
    db,
    dataHandlings: parts.dataHandlings,
    batchSystems: parts.batchSystems,
    host: parts.host,
    act: (person, experiment, submissionId, action, request) =>
      actOnSubmission(parts, person, experiment, submissionId, action, request),
  });
  launchRoutes(app, { db, ...createLaunchDesk(parts) });
  jobActionRoutes(app, {
    db,
    preview: (who, experiment, asked) => previewJobAction(parts, who, experiment, asked),
    request: (who, experiment, asked) => requestJobAction(parts, who, experiment, asked),
  });
  jobRoutes(app, { db, batchSystems: parts.batchSystems });
  failureRoutes(app, { db });
  whyRoutes(app, { db, batchSystems: parts.batchSystems });
  systemRoutes(app, {
    db,
    launchHosts: new Map([['local', parts.settings.launchesPerHost], ...parts.settings.hostLaunches]),
    batchSystems: [...parts.batchSystems.keys()],
    dataHandlings: parts.dataHandlings,
  });
  const datasets = { db, dataHandlings: parts.dataHandlings };
  datasetRoutes(app, {
    ...datasets,
    report: (experiment, campaign, page) => fileReport(parts, experiment, campaign, page),
  });
  projectRoutes(app, datasets);
  fileRoutes(app, { ...datasets, outputFolder: parts.settings.outputFolder });
  await samRoutes(app as unknown as Parameters<typeof samRoutes>[0], {
    catalogue: parts.catalogue,
    experiments: createExperiments(db),
    version: options.version,
  });
  await consoleRoutes(app);
  return app;
}
