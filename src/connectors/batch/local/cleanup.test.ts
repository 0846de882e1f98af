/** What the local batch system gives up in time, and what never. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BatchCursor } from '../types.ts';
import { follow, submitShell, type TestFolder, testFolder } from './fixture.ts';
import { createLocalBatch, type LocalBatch } from './local-batch.ts';
import { appendLines, logBegin, type Spool, spoolAt } from './spool.ts';

vi.setConfig({ testTimeout: 60_000 });

let test: TestFolder;
let spool: Spool;
let batch: LocalBatch;
let jobs: ReturnType<typeof follow>;

beforeEach(async () => {
  test = testFolder();
  spool = spoolAt(test.folder);
  batch = createLocalBatch({ folder: test.folder, graceMs: 300 });
  jobs = follow(batch);
  await batch.start();
});
afterEach(async () => {
  await batch.stop();
  test.remove();
});

const later = (): Date => new Date(Date.now() + 1000);

async function cursorNow(): Promise<BatchCursor> {
  let cursor: BatchCursor = null;
  for (let more = true; more; ) ({ cursor, more } = await batch.changes(cursor));
  return cursor;
}

/** A cluster that has ended, 2 MB of other history, and one whose job is held. Returns the place of the second. */
async function oldAndHeld(): Promise<{ old: number; held: number; heldAt: number; between: BatchCursor }> {
  const old = submitShell(test.folder, 'echo hello');
  await jobs.reach(`${old}.0@local`, 'completed');
  const between = await cursorNow();
  await appendLines(spool, Array(2000).fill('x'.repeat(1000)));
  const heldAt = statSync(spool.log).size;
  const held = submitShell(test.folder, 'sleep 60', [], 8);
  await batch.act({ submissionId: 8 }, 'hold', 'a pause');
  await jobs.reach(`${held}.0@local`, 'held');
  return { old, held, heldAt, between };
}

it('cleans up old clusters that have ended, and gives no number twice', async () => {
  const cluster = submitShell(test.folder, 'echo hello');
  await jobs.reach(`${cluster}.0@local`, 'completed');
  const held = submitShell(test.folder, 'sleep 60');
  expect(await batch.cleanup(new Date(0), null)).toBe(0);
  expect(await batch.cleanup(later(), null)).toBe(1);
  expect((await batch.log(`${cluster}.0@local`, 'stdout', 0, 100)).text).toBe('');
  expect(submitShell(test.folder, 'true')).toBe(held + 1);
  expect(readFileSync(join(test.folder, 'last'), 'utf8')).toBe(`${held + 1}\n`);
});

it('gives back the space of the log before what is kept; who comes anew and who reads on miss nothing', async () => {
  const { old, held, heldAt, between } = await oldAndHeld();
  const reader = await cursorNow();
  const before = statSync(spool.log);
  await batch.cleanup(later(), reader);
  expect(logBegin(spool)).toBe(heldAt);
  const after = statSync(spool.log);
  expect(after.size).toBe(before.size);
  expect(after.blocks * 512).toBeLessThan(100_000);

  const anew = createLocalBatch({ folder: test.folder });
  const fresh = follow(anew);
  expect((await fresh.states(`${held}.0@local`)).filter((state) => state !== 'running')).toEqual([
    'idle',
    'held',
  ]);
  expect(await fresh.states(`${old}.0@local`)).toEqual([]);
  expect(await anew.find(8)).toEqual([`${held}.0@local`]);
  // A cursor that names a place in the hole goes on at the beginning.
  expect((await anew.changes(between)).events[0]).toMatchObject({ key: `${held}.0:submit` });

  await batch.act({ submissionId: 8 }, 'remove', 'end of test');
  await jobs.reach(`${held}.0@local`, 'removed');
  expect((await anew.changes(reader)).events).toMatchObject([{ state: 'removed' }]);
});

it('keeps what was not applied yet, whatever its age', async () => {
  const { between } = await oldAndHeld();
  await batch.cleanup(later(), null);
  await batch.cleanup(later(), between);
  expect(logBegin(spool)).toBe(0);
});

it('reads on after a crash between the new beginning and the hole, which is made the next time', async () => {
  const { held, heldAt } = await oldAndHeld();
  writeFileSync(spool.begin, `${heldAt}\n`);
  expect((await createLocalBatch({ folder: test.folder }).changes(null)).events[0]).toMatchObject({
    key: `${held}.0:submit`,
  });
  await batch.act({ submissionId: 8 }, 'remove', 'end of test');
  await jobs.reach(`${held}.0@local`, 'removed');
  submitShell(test.folder, 'true', [], 9);
  await appendLines(spool, Array(2000).fill('x'.repeat(1000)));
  const last = submitShell(test.folder, 'true', [], 9);
  await jobs.reach(`${last}.0@local`, 'completed');
  await batch.cleanup(later(), await cursorNow());
  expect(logBegin(spool)).toBeGreaterThan(heldAt);
  expect(statSync(spool.log).blocks * 512).toBeLessThan(100_000);
});
