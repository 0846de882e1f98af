/** What a launch script and its jobs see in their environment: the names of the original (spec/backend.md 2.5). */
import type { DataSettings } from './data-settings.ts';

export interface LaunchFacts {
  submissionId: number;
  campaignId: number;
  campaign: string;
  stageId: number;
  stage: string;
  stageType: string;
  experiment: string;
  launcher: string;
  jobTypeId: number;
  isTest: boolean;
  /** Submission whose output or failure caused this one. */
  parentId: number | null;
  project: string;
  /** `regular`, `test`, ... */
  campaignType: string;
  /** In the order of their names. */
  tags: readonly string[];
  /** On which people and jobs reach this POMS. */
  pomsHost: string;
}

/** `samdev` submits as `fermilab` (spec/backend.md 2.2 item 8). */
export function submissionGroup(experiment: string): string {
  return experiment === 'samdev' ? 'fermilab' : experiment;
}

/** The name of the data project that POMS proposes for a submission. */
export function projectName(submissionId: number): string {
  return `poms_${submissionId}`;
}

const LOOPBACK = /^(localhost|127[.].*|\[::1\])$/;

/**
 * The names of the original that do not speak of credentials; UPLOADS comes with uploads. Values of a submission that does
 * not exist yet are left out by the caller.
 */
export function launchVariables(facts: LaunchFacts): Record<string, string> {
  const group = submissionGroup(facts.experiment);
  return {
    POMS4_CAMPAIGN_STAGE_ID: String(facts.stageId),
    POMS4_CAMPAIGN_STAGE_NAME: facts.stage,
    POMS4_CAMPAIGN_STAGE_TYPE: facts.stageType,
    POMS4_CAMPAIGN_ID: String(facts.campaignId),
    POMS4_CAMPAIGN_NAME: facts.campaign,
    POMS4_SUBMISSION_ID: String(facts.submissionId),
    POMS4_CAMPAIGN_TYPE: facts.campaignType,
    POMS4_HOST: facts.pomsHost,
    POMS4_TEST_LAUNCH: facts.isTest ? 'True' : 'False',
    // The original's older names; POMS_CAMPAIGN_ID is the stage's id, as clients expect.
    POMS_CAMPAIGN_ID: String(facts.stageId),
    POMS_CAMPAIGN_NAME: combinedName(facts.campaign, facts.stage),
    POMS_PARENT_TASK_ID: facts.parentId === null ? '' : String(facts.parentId),
    POMS_TASK_ID: String(facts.submissionId),
    POMS_LAUNCHER: facts.launcher,
    POMS_TEST: facts.isTest ? '1' : '',
    POMS_TASK_DEFINITION_ID: String(facts.jobTypeId),
    POMS_CAMPAIGN_TAGS: facts.tags.join(','),
    // The installation, by the names of the original's later versions.
    POMS_ENV: facts.pomsHost,
    POMS_INST: LOOPBACK.test(facts.pomsHost) ? 'dev' : 'prod',
    POMS_PROJECT: facts.project,
    EXPERIMENT: facts.experiment,
    JOBSUB_GROUP: group,
    GROUP: group,
  };
}

/** A project that POMS has started in Data Dispatcher for a submission. */
export interface DispatchedProject {
  project: string;
  /** In MQL, for the files of the project. */
  query: string;
  settings: DataSettings;
}

/** The names of the original's later versions, by which scripts and the submission agent find the project. */
export function dispatcherVariables(
  submissionId: number,
  { project, query, settings }: DispatchedProject,
): Record<string, string> {
  return {
    POMS_DATA_DISPATCHER_TASK_ID: String(submissionId),
    POMS_DATA_DISPATCHER_PROJECT_ID: project,
    POMS_DATA_DISPATCHER_DATASET_QUERY: query,
    POMS_DATA_DISPATCHER_PROJECT_VIRTUAL: settings.virtual === true ? 'True' : 'False',
    POMS_DATA_DISPATCHER_LOAD_LIMIT: settings.loadLimit === undefined ? '' : String(settings.loadLimit),
  };
}

/** `campaign__stage` without saying a common beginning twice, blanks as underscores (spec/backend.md 2.2 item 5). */
export function combinedName(campaign: string, stage: string): string {
  const rest = stage.startsWith(campaign) ? stage.slice(campaign.length) : null;
  const name =
    stage === campaign
      ? stage
      : rest !== null
        ? `${campaign}__${rest.replace(/^_+/, '')}`
        : `${campaign}__${stage}`;
  return name.replace(/\s/g, '_');
}
