/** "Show me the commands": what a launch would run, as text for a person's own shell. Nothing is launched or taken. */
import { sql } from 'kysely';
import type { Transaction } from '../database/index.ts';
import { PomsError } from '../errors.ts';
import type { StageContext } from '../services/launches/context.ts';
import { launchScript } from './launch-script.ts';
import type { EngineParts } from './parts.ts';

/** What only a submission has: jobs that are submitted by hand belong to none, and POMS does not follow them. */
const OF_A_SUBMISSION = ['POMS4_SUBMISSION_ID', 'POMS_TASK_ID', 'POMS_PARENT_TASK_ID', 'POMS_PROJECT'];

/** Throws `outside-system` for a host that POMS does not know. */
export async function commandsByHand(
  trx: Transaction,
  parts: EngineParts,
  context: StageContext,
  { launcher, isTest, command }: { launcher: string; isTest: boolean; command: string },
): Promise<string> {
  const { campaign, stage, jobType, loginSetup, experiment, stageId } = context;
  const tags = await sql<{ name: string }>`
    select t.name from campaign_tag ct join tag t using (tag_id)
    where ct.campaign_id = ${campaign.campaignId} order by t.name`.execute(trx);
  const script = launchScript(parts, {
    ...{ submissionId: 0, parentId: null, project: '', stageId, experiment, launcher, isTest, command },
    ...{ campaignId: campaign.campaignId, campaign: campaign.name, campaignType: campaign.type },
    ...{ stage: stage.name, stageType: stage.stageType, jobTypeId: jobType.jobTypeId },
    ...{ tags: tags.rows.map(({ name }) => name) },
    ...{ setup: loginSetup.setup, batchSystem: loginSetup.batchSystem },
    ...{ dataHandling: campaign.dataHandling, dispatched: null },
  });
  const env = Object.fromEntries(
    Object.entries(script.env).filter(([name]) => !OF_A_SUBMISSION.includes(name)),
  );
  const host = parts.host(loginSetup.host, loginSetup.account);
  if (host.byHand === undefined) {
    const problem = 'its launches cannot be run by hand';
    throw new PomsError('outside-system', { system: `Launch host ${host.name}`, problem });
  }
  const text = await host.byHand({ ...script, env });
  const about = `# Stage ${stage.name} of campaign ${campaign.name}, as a launch would run it, without a submission: POMS does not
# follow the jobs. Secrets are left out. The folders of POMS on the PATH are there once POMS has launched there. The
# dataset of a slice is defined only by a launch.
`;
  return about + text;
}
