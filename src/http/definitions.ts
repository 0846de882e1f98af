/** The routes of definitions and people over one database, in one place for the server and for tests. */
import type { Db } from '../database/index.ts';
import { auditRoutes } from '../services/audit/routes.ts';
import { campaignRoutes } from '../services/campaigns/routes.ts';
import { createCampaigns } from '../services/campaigns/service.ts';
import { experimentRoutes } from '../services/experiments/routes.ts';
import { createExperiments } from '../services/experiments/service.ts';
import { holdRoutes } from '../services/holds/routes.ts';
import { createHolds } from '../services/holds/service.ts';
import { jobTypeRoutes } from '../services/job-types/routes.ts';
import { launchRuleRoutes } from '../services/launch-rules/routes.ts';
import { createLaunchRules } from '../services/launch-rules/service.ts';
import { loginSetupRoutes } from '../services/login-setups/routes.ts';
import { type MeView, peopleRoutes } from '../services/people/routes.ts';
import { tagRoutes } from '../services/tags/routes.ts';
import type { App } from './server.ts';

export interface DefinitionParts {
  db: Db;
  /** How people are known, for `/api/v1/me`. */
  identity: MeView['identity'];
  /** Data handling systems that campaigns may name. */
  dataHandling: readonly string[];
  /** Everybody may launch on this machine: developer mode. */
  openLocalHost: boolean;
}

export function definitionRoutes(
  app: App,
  { db, identity, dataHandling, openLocalHost }: DefinitionParts,
): void {
  peopleRoutes(app, { db, identity });
  experimentRoutes(app, { experiments: createExperiments(db) });
  launchRuleRoutes(app, { launchRules: createLaunchRules(db) });
  loginSetupRoutes(app, { db, openLocalHost });
  jobTypeRoutes(app, { db });
  campaignRoutes(app, { campaigns: createCampaigns(db, { dataHandling, openLocalHost }) });
  holdRoutes(app, { holds: createHolds(db) });
  tagRoutes(app, { db });
  auditRoutes(app, { db });
}
