/** Logs of failed jobs read for their groups, by a batch system whose logs are what a test says. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createWorld, NO_FAULTS, type World } from '../../test/engine/world.ts';
import { makeCampaign, type TestCampaign } from '../../test/support/campaign.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { makeSubmissions } from '../../test/support/submissions.ts';
import type { BatchSystem, JobEvent } from '../connectors/batch/types.ts';
import { PomsError } from '../errors.ts';
import { applyJobEvents } from '../services/jobs/ingest.ts';
import { readDueLogs } from './log-reader.ts';
import type { EngineParts } from './parts.ts';

let database: TestDatabase;
let world: World;
let parts: EngineParts;
let campaign: TestCampaign;
let submission = 0;
/** Answers for a job and stream, and which were asked for. */
let log: (batchId: string, stream: string) => string | Promise<string>;
let asked: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await createWorld(database, 1, NO_FAULTS, () => async () => ({ exitCode: 0, printed: '' }));
  const [system] = world.parts.batchSystems.values();
  if (system === undefined) throw new Error('the world has a batch system');
  const told: BatchSystem = Object.create(system, {
    name: { value: 'local' },
    log: {
      value: async (batchId: string, stream: string) => {
        asked.push(`${batchId} ${stream}`);
        const text = await log(batchId, stream);
        return { text, offset: 0, size: text.length };
      },
    },
  });
  parts = { ...world.parts, batchSystems: new Map([['local', told]]) };
  campaign = await makeCampaign(database.db, 'logs', [{ name: 'one' }]);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

beforeEach(async () => {
  asked = [];
  log = () => '';
  await sql`truncate failure_sample, failure_reading, failure_factor, failure_group, job`.execute(
    database.db,
  );
  [submission = 0] = await makeSubmissions(database.db, campaign, 'one', 1);
});

/** Jobs with these numbers ran and failed. */
const fail = (numbers: readonly number[], more: Partial<JobEvent> = {}) =>
  database.db.transaction().execute((trx) =>
    applyJobEvents(
      trx,
      numbers.flatMap((n) =>
        (['running', 'failed'] as const).map((state, second) => ({
          key: `${n}/${state}`,
          submissionId: submission,
          batchId: `${n}.0@local`,
          at: new Date(1_700_000_000_000 + second * 1000),
          state,
          attempt: 1,
          ...(state === 'failed' && { exitCode: 1, ...more }),
        })),
      ),
    ),
  );
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const samples = async () =>
  (
    await database.db
      .selectFrom('failureSample')
      .select(['line', 'signature', 'stream', 'problem'])
      .orderBy('jobId')
      .execute()
  ).map(({ problem, ...rest }) => (problem === null ? rest : { problem }));
const readings = () => database.db.selectFrom('failureReading').select(['nextAt', 'tries']).execute();
/** As if the wait were over. */
const later = () => sql`update failure_reading set not_before = now() - interval '1 s'`.execute(database.db);

it('keeps the telling line of standard error with its signature, and of standard output where that is blank', async () => {
  await fail([1]);
  await fail([2], { exitCode: 2 });
  log = (batchId, stream) => {
    if (stream === 'stdout') return 'opening file 7\nERROR cannot open /data/run7.root\nbye';
    return batchId.startsWith('1.') ? 'Traceback (most recent call last):\nKeyError: 17\n' : '\n';
  };
  expect(await readDueLogs(parts)).toBe(2);
  expect(await samples()).toEqual([
    { stream: 'stderr', line: 'KeyError: 17', signature: 'KeyError: #' },
    {
      stream: 'stdout',
      line: 'ERROR cannot open /data/run7.root',
      signature: 'ERROR cannot open <path>',
    },
  ]);
});

it('reads again when ten times as many have failed, four jobs at most, and never the same', async () => {
  log = (batchId) => `error in ${batchId}`;
  await fail(upTo(1));
  await readDueLogs(parts);
  await fail(upTo(9));
  expect(await readDueLogs(parts)).toBe(0);
  await fail(upTo(99));
  expect(await readDueLogs(parts)).toBe(1);
  expect(await readDueLogs(parts)).toBe(0);
  expect(asked).toHaveLength(5);
  expect(new Set(asked).size).toBe(5);
  expect(await readings()).toEqual([{ nextAt: 100, tries: 0 }]);
});

it('what cannot be read is told with its reason, tried three times, and then left', async () => {
  await fail([1]);
  log = () => {
    throw new PomsError('not-found', { kind: 'log of job', name: 1 });
  };
  for (let look = 0; look < 5; look++) {
    await readDueLogs(parts);
    await later();
  }
  expect(asked).toHaveLength(3);
  expect(await samples()).toEqual([{ problem: expect.stringContaining('log of job') }]);
  expect(await readings()).toEqual([{ nextAt: 10, tries: 0 }]);
});

it('a log that comes at a later try takes the place of the reason', async () => {
  await fail([1]);
  await readDueLogs(parts);
  expect(await samples()).toEqual([{ problem: 'it wrote nothing' }]);
  expect(await readDueLogs(parts)).toBe(0);
  await later();
  log = () => 'fatal: no beam';
  await readDueLogs(parts);
  expect(await samples()).toMatchObject([{ line: 'fatal: no beam' }]);
});

it('a batch system that does not answer is waited for once a look', async () => {
  await fail([1]);
  await fail([2], { exitCode: 2 });
  await fail([3], { exitCode: 3 });
  log = () => new Promise(() => {});
  expect(await readDueLogs(parts, 20)).toBe(3);
  expect(asked).toHaveLength(1);
  expect(await samples()).toHaveLength(3);
});

it('two engines at once read every log once', async () => {
  for (let code = 1; code <= 12; code++) await fail([code], { exitCode: code });
  log = () => 'error';
  const looks = await Promise.all([readDueLogs(parts), readDueLogs(parts), readDueLogs(parts)]);
  while ((await readDueLogs(parts)) > 0);
  expect(looks.every((groups) => groups <= 4)).toBe(true);
  expect(asked).toHaveLength(12);
  expect(await samples()).toHaveLength(12);
});

it('an engine that died in a look leaves its groups to others, when its time is over', async () => {
  await fail([1]);
  let end = (_text: string) => {};
  log = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const died = readDueLogs(parts);
  await expect.poll(() => asked.length).toBe(1);
  log = () => 'error';
  expect(await readDueLogs(parts)).toBe(0);
  await later();
  expect(await readDueLogs(parts)).toBe(1);
  // It was only slow: what it has read comes second and changes nothing.
  end('another');
  await died;
  expect(await samples()).toMatchObject([{ line: 'error' }]);
});

it('no secret is kept, and jobs that a person removed or that never ran are not asked for', async () => {
  await fail([1]);
  await fail([2], { state: 'removed', reason: 'via condor_rm' });
  log = () => 'error: Authorization: Bearer abc.def.ghi';
  await readDueLogs(parts);
  expect(asked).toHaveLength(1);
  expect(await samples()).toMatchObject([{ line: 'error: Authorization: [redacted]' }]);
});
