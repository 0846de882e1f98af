import { describe, expect, it } from 'vitest';
import { combinedName, dispatcherVariables, launchVariables } from './launch-environment.ts';

const facts = {
  submissionId: 5,
  campaignId: 7,
  campaign: 'mc',
  campaignType: 'regular',
  tags: ['a', 'b'],
  stageId: 8,
  stage: 'mc_sim',
  stageType: 'regular',
  experiment: 'samdev',
  launcher: 'ann',
  jobTypeId: 9,
  isTest: false,
  parentId: null,
  project: 'poms_5',
  pomsHost: 'poms.example.org',
};

describe('the environment of a launch', () => {
  it('has the names of the original', () => {
    expect(launchVariables(facts)).toEqual({
      POMS4_CAMPAIGN_STAGE_ID: '8',
      POMS4_CAMPAIGN_STAGE_NAME: 'mc_sim',
      POMS4_CAMPAIGN_STAGE_TYPE: 'regular',
      POMS4_CAMPAIGN_ID: '7',
      POMS4_CAMPAIGN_NAME: 'mc',
      POMS4_CAMPAIGN_TYPE: 'regular',
      POMS4_HOST: 'poms.example.org',
      POMS4_SUBMISSION_ID: '5',
      POMS4_TEST_LAUNCH: 'False',
      POMS_CAMPAIGN_ID: '8',
      POMS_CAMPAIGN_NAME: 'mc__sim',
      POMS_CAMPAIGN_TAGS: 'a,b',
      POMS_ENV: 'poms.example.org',
      POMS_INST: 'prod',
      POMS_PARENT_TASK_ID: '',
      POMS_TASK_ID: '5',
      POMS_LAUNCHER: 'ann',
      POMS_TEST: '',
      POMS_TASK_DEFINITION_ID: '9',
      POMS_PROJECT: 'poms_5',
      EXPERIMENT: 'samdev',
      JOBSUB_GROUP: 'fermilab',
      GROUP: 'fermilab',
    });
  });

  it('says that it is of a trial installation where POMS listens for this machine only', () => {
    for (const pomsHost of ['localhost', '127.0.0.1', '[::1]'])
      expect(launchVariables({ ...facts, pomsHost }).POMS_INST).toBe('dev');
  });

  it('names campaign and stage together, without saying a common beginning twice', () => {
    expect(combinedName('mc', 'mc')).toBe('mc');
    expect(combinedName('my mc', 'sim one')).toBe('my_mc__sim_one');
  });
});

describe('a project in Data Dispatcher', () => {
  it('is told by the names of the original', () => {
    const project = { project: '42', query: 'files from poms:x' };
    expect(dispatcherVariables(5, { ...project, settings: { virtual: true, loadLimit: 8 } })).toEqual({
      POMS_DATA_DISPATCHER_TASK_ID: '5',
      POMS_DATA_DISPATCHER_PROJECT_ID: '42',
      POMS_DATA_DISPATCHER_DATASET_QUERY: 'files from poms:x',
      POMS_DATA_DISPATCHER_PROJECT_VIRTUAL: 'True',
      POMS_DATA_DISPATCHER_LOAD_LIMIT: '8',
    });
    expect(dispatcherVariables(5, { ...project, settings: {} })).toMatchObject({
      POMS_DATA_DISPATCHER_PROJECT_VIRTUAL: 'False',
      POMS_DATA_DISPATCHER_LOAD_LIMIT: '',
    });
  });
});
