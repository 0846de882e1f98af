/**
 * jobsub_lite over HTCondor: looks are HTCondor's own, for jobsub's tell less and cost more; tagging is by the three
 * variables that jobsub_submit reads; actions and output go through jobsub with the account that launched, whose
 * credentials it wants (docs/systems.md, ADR 11).
 */
import { basename, join } from 'node:path';
import { submissionGroup } from '../../../domain/launch-environment.ts';
import { PomsError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import type { CommandResult, Commands } from '../../commands/types.ts';
import { act, type Perform } from '../htcondor/act.ts';
import { textOf } from '../htcondor/ads.ts';
import { batchIdOf } from '../htcondor/batch-ids.ts';
import { adOf, createHtcondor, type HtcondorOptions, questionsOf } from '../htcondor/htcondor.ts';
import { LOG_ATTRIBUTES, logPath } from '../htcondor/job-log.ts';
import { attributes, tags } from '../htcondor/tags.ts';
import type { BatchSystem, JobAction, JobSelector, Submitter } from '../types.ts';
import { fetchPage } from './fetch-log.ts';

const COMMANDS: Record<JobAction, string> = {
  hold: 'jobsub_hold',
  release: 'jobsub_release',
  remove: 'jobsub_rm',
};

/** What jobs see of the launch besides what jobsub gives them. */
const JOB_VARIABLES = ['POMS_TASK_ID', 'POMS_CAMPAIGN_ID', 'POMS4_SUBMISSION_ID', 'POMS4_CAMPAIGN_ID'];

export function createJobsub(options: HtcondorOptions): BatchSystem {
  const condor = createHtcondor(options);
  const ask = questionsOf(options, options.commands);
  return {
    ...condor,
    launchEnvironment: (variables) => ({
      env: {
        POMS_BATCH_SYSTEM: options.name,
        POMS_BATCH_KIND: 'jobsub',
        ...tags(variables, options.instance),
        ...jobsubVariables(variables),
      },
      path: [join(packageRoot, 'bin/shims/jobsub'), join(packageRoot, 'bin/job')],
    }),
    act: (selector, action, reason, submitter) => {
      if (submitter === undefined) return condor.act(selector, action, reason);
      const commands = options.commandsAs?.(submitter) ?? options.commands;
      return act(ask, performBy(commands, submitter, selector), selector, action, reason);
    },
    log: async (batchId, stream, offset, limit) => {
      const ad = await adOf(ask, batchId, LOG_ATTRIBUTES);
      const file = basename(logPath(ad, stream, batchId));
      const group = textOf(ad, 'Jobsub_Group');
      if (group === null) return condor.log(batchId, stream, offset, limit);
      return fetchPage(options.commands, { batchId, group, file }, offset, limit);
    },
  };
}

/** jobsub_submit splits each of them at commas: no value here holds one. */
function jobsubVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return {
    JOBSUB_EXTRA_LINES: attributes(variables)
      .map(([name, value]) => `+${name}=${value}`)
      .join(','),
    JOBSUB_EXTRA_ENVIRONMENT: JOB_VARIABLES.filter((name) => variables[name] !== undefined).join(','),
    // By name: the PATH has its folder, wherever that is on the launch host.
    JOBSUB_EXTRA_JOB_INFO: 'poms_job_info',
  };
}

/** With the constraint that existing operators know, or by jobs. jobsub takes no reason, and ends with 0 always. */
function performBy(commands: Commands, submitter: Submitter, selector: JobSelector): Perform {
  const role = `${submitter.role.slice(0, 1).toUpperCase()}${submitter.role.slice(1)}`;
  return async (_schedd, jobs, action): Promise<CommandResult> => {
    const which =
      'submissionId' in selector
        ? ['--constraint', `POMS4_SUBMISSION_ID==${selector.submissionId}`]
        : [`--jobid=${jobs.map(batchIdOf).join(',')}`];
    const words = [COMMANDS[action], '-G', submissionGroup(submitter.experiment), '--role', role, ...which];
    const answer = await commands.run(words, { timeoutMs: 120_000 });
    if (answer.exitCode === 0) return answer;
    const problem = (answer.stderr.trim() || answer.stdout.trim()).split('\n').at(-1) ?? '';
    throw new PomsError('outside-system', { system: `${COMMANDS[action]} on ${commands.where}`, problem });
  };
}
