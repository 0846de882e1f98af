import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { EXPERIMENT, makeCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { createLocalHost } from '../connectors/hosts/local/local-host.ts';
import { launchRequest } from '../services/launches/schema.ts';
import { createLaunchDesk } from './launch-desk.ts';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

it('previews the next slices and how many are left, and moves nothing', async () => {
  const campaign = await makeCampaign(database.db, 'sliced', [
    { name: 'process', dataset: 'a, b, c, d, e', split: 'list' },
  ]);
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const desk = createLaunchDesk(world.parts);
  const request = launchRequest.parse({ campaign: 'sliced' });
  const names = (slices: { dataset: string }[]) => slices.map((slice) => slice.dataset);

  const preview = await desk.preview(person, EXPERIMENT, request);
  expect(names(preview.slices)).toEqual(['a', 'b', 'c']);
  expect(preview.slicesLeft).toBe(5);
  expect(await desk.preview(person, EXPERIMENT, request)).toEqual(preview);

  for (const _ of 'abc') await desk.launch(person, EXPERIMENT, request);
  const later = await desk.preview(person, EXPERIMENT, request);
  expect(names(later.slices)).toEqual(['d', 'e']);
  expect(later.slicesLeft).toBe(2);

  const given = await desk.preview(person, EXPERIMENT, { ...request, dataset: 'mine' });
  expect([names(given.slices), given.slicesLeft]).toEqual([['mine'], null]);
});

it('gives what a launch would run as text for a shell, and makes no submission and takes no slice', async () => {
  const campaign = await makeCampaign(database.db, 'by hand', [
    { name: 'process', dataset: 'a, b', split: 'list' },
  ]);
  await database.db.updateTable('jobType').set({ launchScript: 'env; echo on %(dataset)s;' }).execute();
  const person = { experimenterId: campaign.experimenterId, username: 'tester' };
  const parts = { ...world.parts, host: () => createLocalHost({ folder: tmpdir() }) };
  const desk = createLaunchDesk(parts);
  const request = launchRequest.parse({ campaign: 'by hand' });

  const { text } = await desk.commands(person, EXPERIMENT, request);
  const printed = execFileSync('/bin/sh', { input: text, encoding: 'utf8' });
  expect(printed).toContain('on a');
  expect(printed).toContain('POMS4_CAMPAIGN_NAME=by hand\n');
  expect(printed).not.toMatch(/POMS4_SUBMISSION_ID|POMS_TASK_ID/);
  expect((await desk.commands(person, EXPERIMENT, request)).text).toBe(text);
  expect((await desk.preview(person, EXPERIMENT, request)).slicesLeft).toBe(2);
});

it('cancels a launch that was taken and has no submission yet, and never makes one of it again', async () => {
  const { experimenterId, campaignId } = await makeCampaign(database.db, 'taken', [{ name: 'process' }]);
  const person = { experimenterId, username: 'tester' };
  const desk = createLaunchDesk(world.parts);
  const request = launchRequest.parse({ campaign: 'taken', requestKey: 'once' });
  await sql`insert into hold (scope, campaign_id, experiment, held_by, reason)
    values ('campaign', ${campaignId}, ${EXPERIMENT}, ${experimenterId}, 'a test')`.execute(database.db);
  const { launchId, hold } = await desk.launch(person, EXPERIMENT, request);
  expect(hold).toMatchObject({ reason: 'a test' });
  await sql`update hold set released = now(), released_by = ${experimenterId}`.execute(database.db);
  await taken(launchId);
  await desk.cancel(person, launchId);
  expect(await desk.launch(person, EXPERIMENT, request)).toEqual({
    launchId,
    submissionId: null,
    hold: null,
  });
  const { rows } = await sql`
    select l.state, l.lease_owner, b.submission_id from launch l left join submission b using (launch_id)
    where launch_id = ${launchId}`.execute(database.db);
  expect(rows).toEqual([{ state: 'cancelled', leaseOwner: null, submissionId: null }]);
});

it('does not cancel a launch that was taken and has its submission', async () => {
  const { experimenterId } = await makeCampaign(database.db, 'begun', [{ name: 'process' }]);
  const person = { experimenterId, username: 'tester' };
  const desk = createLaunchDesk(world.parts);
  const { launchId } = await desk.launch(person, EXPERIMENT, launchRequest.parse({ campaign: 'begun' }));
  await taken(launchId);
  await expect(desk.cancel(person, launchId)).rejects.toMatchObject({ code: 'wrong-state' });
});

/** As by an engine. */
async function taken(launchId: number): Promise<void> {
  await sql`update launch set state = 'claimed', lease_owner = 'other', lease_until = now() + interval '1 hour'
    where launch_id = ${launchId}`.execute(database.db);
}
