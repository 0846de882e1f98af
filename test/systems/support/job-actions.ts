/** Actions on jobs from request to status over a real batch system: database and engine steps for one submission. */
import { sql } from 'kysely';
import type { BatchSystem } from '../../../src/connectors/batch/types.ts';
import type { JobAction } from '../../../src/domain/job-actions.ts';
import { requestJobAction } from '../../../src/engine/job-action-desk.ts';
import { jobActionStep } from '../../../src/engine/job-actions.ts';
import { look } from '../../../src/engine/monitor.ts';
import { getJobAction } from '../../../src/services/job-actions/queries.ts';
import { createWorld, NO_FAULTS } from '../../engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../../support/campaign.ts';
import { createTestDatabase } from '../../support/database.ts';
import { makeSubmissions } from '../../support/submissions.ts';

export type ActedOn = Awaited<ReturnType<typeof submissionOn>>;

/** A submission with this number, for a real batch system knows jobs of many tests. */
export async function submissionOn(batch: BatchSystem, submissionId: number) {
  const database = await createTestDatabase();
  const world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  const parts = { ...world.parts, batchSystems: new Map([[batch.name, batch]]) };
  const campaign = await makeCampaign(database.db, 'acted', [{ name: 'one' }]);
  await database.pool.query(`alter table submission alter column submission_id restart with ${submissionId}`);
  await sql`select make_job_partitions_for(${submissionId}, ${submissionId * 2})`.execute(database.db);
  await makeSubmissions(database.db, campaign, 'one', 1);
  await sql`update submission set batch_system = ${batch.name}`.execute(database.db);
  const person = { username: 'tester', experimenterId: campaign.experimenterId, permit: () => {} };
  return {
    /** What the action became, and how often each outcome was. */
    act: async (action: JobAction, as?: 'Cancelled') => {
      const asked = { action, as, scope: { submissions: [submissionId] }, reason: 'a test' };
      const { jobActionId } = await requestJobAction(parts, person, EXPERIMENT, asked);
      await jobActionStep(parts, 'test', batch);
      return getJobAction(database.db, EXPERIMENT, jobActionId);
    },
    /** Of the submission, after a look at the batch system. */
    status: async (): Promise<string | undefined> => {
      while ((await look(parts, batch)).more);
      const { rows } = await sql<{ status: string }>`
        select status from submission join submission_status using (status_id)`.execute(database.db);
      return rows[0]?.status;
    },
    close: async () => {
      await world.close();
      await database.drop();
    },
  };
}
