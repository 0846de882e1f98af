/** Campaigns made straight in the database, for tests of what runs them. */
import { sql } from 'kysely';
import { type Db, json } from '../../src/database/index.ts';
import type { Parameters } from '../../src/domain/parameters.ts';
import type { Recovery } from '../../src/domain/recoveries.ts';

export interface TestStage {
  name: string;
  type?: 'regular' | 'generator' | 'approval' | 'datatransfer';
  launchScript?: string;
  dataset?: string;
  split?: string | null;
  completionType?: 'located' | 'complete';
  completionPct?: number;
  recoveries?: Recovery[];
  parameters?: Parameters;
  testSplit?: string;
}

export interface TestDependency {
  from: string;
  to: string;
  split?: boolean;
  wait?: 'each' | 'all';
}

export interface TestCampaign {
  campaignId: number;
  experimenterId: number;
  stages: Map<string, number>;
}

export const EXPERIMENT = 'demo';

/** An experiment, a person and a campaign with these stages. */
export async function makeCampaign(
  db: Db,
  name: string,
  stages: TestStage[],
  dependencies: TestDependency[] = [],
): Promise<TestCampaign> {
  await sql`insert into experiment (experiment, name) values (${EXPERIMENT}, 'Demonstration') on conflict do nothing`.execute(
    db,
  );
  await sql`insert into experimenter (username, root) values ('tester', true) on conflict do nothing`.execute(
    db,
  );
  const person = await db
    .selectFrom('experimenter')
    .select('experimenterId')
    .where('username', '=', 'tester')
    .executeTakeFirstOrThrow();
  const by = { creatorId: person.experimenterId, creatorRole: 'production' };
  const setup = await db
    .insertInto('loginSetup')
    .values({ experiment: EXPERIMENT, name: `${name} setup`, host: 'local', account: 'me', ...by })
    .returning('loginSetupId')
    .executeTakeFirstOrThrow();
  const campaign = await db
    .insertInto('campaign')
    .values({ experiment: EXPERIMENT, name, ...by })
    .returning('campaignId')
    .executeTakeFirstOrThrow();
  const ids = new Map<string, number>();
  for (const stage of stages) {
    const jobType = await db
      .insertInto('jobType')
      .values({
        experiment: EXPERIMENT,
        name: `${name} ${stage.name}`,
        launchScript: stage.launchScript ?? `${stage.name} %(dataset)s`,
        ...by,
      })
      .returning('jobTypeId')
      .executeTakeFirstOrThrow();
    for (const [position, recovery] of (stage.recoveries ?? []).entries()) {
      await db
        .insertInto('jobTypeRecovery')
        .values({
          jobTypeId: jobType.jobTypeId,
          position,
          type: recovery.type,
          parameters: json(recovery.parameters),
        })
        .execute();
    }
    const made = await db
      .insertInto('stage')
      .values({
        campaignId: campaign.campaignId,
        experiment: EXPERIMENT,
        name: stage.name,
        jobTypeId: jobType.jobTypeId,
        loginSetupId: setup.loginSetupId,
        stageType: stage.type ?? 'regular',
        softwareVersion: 'v1',
        dataset: stage.dataset ?? '',
        split: stage.split ?? null,
        testSplit: stage.testSplit ?? null,
        parameters: json(stage.parameters ?? []),
        completionType: stage.completionType ?? 'located',
        completionPct: stage.completionPct ?? 95,
        ...by,
      })
      .returning('stageId')
      .executeTakeFirstOrThrow();
    ids.set(stage.name, made.stageId);
  }
  for (const { from, to, split = false, wait = 'each' } of dependencies) {
    await db
      .insertInto('dependency')
      .values({
        campaignId: campaign.campaignId,
        upstreamStageId: ids.get(from) ?? 0,
        downstreamStageId: ids.get(to) ?? 0,
        split,
        wait,
      })
      .execute();
  }
  return { campaignId: campaign.campaignId, experimenterId: person.experimenterId, stages: ids };
}
