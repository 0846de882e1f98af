import { beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../commands/types.ts';
import type { BatchSystem } from '../types.ts';
import type { Ad } from './ads.ts';
import { ads, broken, fakeCommands, recordedAds, says } from './fake.ts';
import { createHtcondor } from './htcondor.ts';

let queue: (words: readonly string[]) => CommandResult;
let history: (words: readonly string[]) => CommandResult;
let batch: BatchSystem;
let asked: string[][];

const [ended] = recordedAds('history.json');
const waiting = recordedAds('queue.json').find((one) => one.JobStatus === 1);
if (ended === undefined || waiting === undefined) throw new Error('recorded ads are missing');

function connect(schedds: string[] = []): BatchSystem {
  const commands = fakeCommands((words) => {
    if (words[0] === 'condor_q') return queue(words);
    if (words.includes('-limit')) return ads({ ClusterId: 5, ProcId: 1 });
    return history(words);
  });
  asked = commands.asked;
  return createHtcondor({ name: 'pool', commands, schedds });
}

beforeEach(() => {
  queue = () => ads(waiting);
  history = () => ads(ended);
  batch = connect();
});

const asks = (command: string) => asked.filter((words) => words[0] === command && !words.includes('-limit'));

it('a quiet system is not read again, and its cursor stays', async () => {
  const first = await batch.changes(null);
  expect(first.events.map(({ state }) => state)).toEqual(['idle', 'running', 'completed', 'idle']);
  queue = () => says('');
  const second = await batch.changes(first.cursor);
  expect(second).toEqual({ events: [], cursor: first.cursor, more: false });
  expect(asks('condor_history')).toHaveLength(1);
});

it('the queue is asked by the clock of the schedd, with an overlap', async () => {
  const { cursor } = await batch.changes(null);
  await batch.changes(cursor);
  expect(asks('condor_q')[1]?.join(' ')).toContain(
    `EnteredCurrentStatus >= ${Number(waiting.ServerTime) - 10}`,
  );
});

it('what the overlap brings again is left out, but not by a process that did not see it applied', async () => {
  const first = await batch.changes(null);
  expect((await batch.changes(first.cursor)).events).toEqual([]);
  const fresh = connect();
  expect((await fresh.changes(first.cursor)).events.map(({ state }) => state)).toEqual(['idle']);
  // A cursor that another engine moved meanwhile.
  const moved = { ...first.cursor, look: 'of another' };
  expect((await batch.changes(moved)).events.map(({ state }) => state)).toContain('idle');
});

it('many jobs are given in pages, and the cursor moves with the last', async () => {
  const many = Array.from({ length: 11_000 }, (_, process) => ({ ...waiting, ProcId: process }));
  queue = () => ads(...many);
  history = () => ads();
  let look = await batch.changes(null);
  let events = look.events.length;
  const cursors: unknown[] = [];
  while (look.more) {
    cursors.push(look.cursor);
    look = await batch.changes(look.cursor);
    events += look.events.length;
  }
  expect({ events, cursors, end: look.cursor }).toEqual({
    events: 11_000,
    cursors: [null, null],
    end: expect.any(Object),
  });
  expect(asks('condor_q')).toHaveLength(1);
});

it('two schedds with the same cluster number have different jobs', async () => {
  const other = { ...waiting, GlobalJobId: `other#${waiting.ClusterId}.0#1` };
  queue = (words) => ads(words.includes('other') ? other : waiting);
  history = () => ads();
  const { events } = await connect(['pool@localhost', 'other']).changes(null);
  expect(events.map(({ batchId }) => batchId)).toEqual(['71.0@pool@localhost', '71.0@other']);
});

describe('a schedd whose answer is', () => {
  const cases: [string, () => CommandResult, string][] = [
    ['garbage', () => says('Segmentation fault'), 'its answer is no JSON'],
    [
      'half a JSON',
      () => says(JSON.stringify([waiting]).slice(0, 100)),
      'its answer is no JSON, or not all of it',
    ],
    ['something else in JSON', () => says('{"ok": true}'), 'its answer is no JSON'],
    ['a refusal', () => says('', 1, 'ERROR: Permission denied\n'), 'Permission denied'],
    ['an exit code without a word', () => says('', 1), 'exit code 1 without a word'],
    ['none, for there is no command', () => broken('there is no such command'), 'there is no such command'],
    ['none, for it hangs', () => broken('it did not end within 60 s'), 'did not end within 60 s'],
  ];
  it.each(cases)('%s is an error that says so', async (_, answer, problem) => {
    queue = answer;
    history = () => ads();
    await expect(batch.changes(null)).rejects.toThrow(problem);
    await expect(batch.find(7)).rejects.toThrow(problem);
    const two = connect(['bad', 'good']);
    queue = (words) => (words.includes('bad') ? answer() : ads(waiting));
    const look = await two.changes(null);
    expect(look.problem).toContain(problem);
    expect(look.events.map(({ state }) => state)).toContain('idle');
  });

  it('empty has no jobs', async () => {
    queue = () => says('');
    history = () => says('[\n]\n');
    expect((await batch.changes(null)).events).toEqual([]);
    expect(await batch.find(7)).toEqual([]);
  });
});

it('ids without a process are those of process 0', async () => {
  const at: Ad = { ...waiting, ProcId: 0 };
  queue = () => ads(at);
  const recalled = await batch.recall?.([
    '71@pool@localhost',
    '71.0@pool@localhost',
    '71.1@pool@localhost',
    '-1@x',
  ]);
  expect([...(recalled ?? [])].map(([id, event]) => [id, event?.batchId ?? null])).toEqual([
    ['71@pool@localhost', '71.0@pool@localhost'],
    ['71.0@pool@localhost', '71.0@pool@localhost'],
    ['71.1@pool@localhost', null],
    ['-1@x', null],
  ]);
});
