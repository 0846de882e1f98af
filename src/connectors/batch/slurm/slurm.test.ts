/** Slurm when it is away, hangs or talks nonsense. The commands are made up here, for a real one does none of that when asked. */
import { describe, expect, it } from 'vitest';
import { PomsError } from '../../../errors.ts';
import type { CommandResult, Commands } from '../../commands/types.ts';
import type { BatchSystem } from '../types.ts';
import { createSlurm } from './slurm.ts';

type Answer = Partial<CommandResult> | Error;

const CLOCK = 'Configuration data as of 2026-11-24T09:00:00\n';
const job = (state: string, end = 'N/A', task = 'N/A', priority = '5'): string =>
  `7|${task}|${state}|0:0|0|${priority}|None|2026-11-24T08:00:00|2026-11-24T08:00:00|2026-11-24T08:00:00|${
    state === 'PENDING' ? 'N/A' : '2026-11-24T08:10:00'
  }|${end}|${state === 'PENDING' ? '' : 'n1'}|POMS4_SUBMISSION_ID=42\n`;

/** A Slurm whose commands answer as `answers` says at the moment. */
function slurm(answers: Record<string, Answer>): { farm: BatchSystem; asked: string[] } {
  const asked: string[] = [];
  const commands: Commands = {
    where: 'this machine',
    run: async (line) => {
      asked.push(line.join(' '));
      const answer = answers[line[0] ?? ''] ?? {};
      if (answer instanceof Error) throw answer;
      return { exitCode: 0, stdout: line[1] === 'show' ? CLOCK : '', stderr: '', ...answer };
    },
  };
  return { farm: createSlurm({ name: 'farm', commands }), asked };
}

const away = new PomsError('outside-system', {
  system: 'squeue on this machine',
  problem: 'it did not end within 30 s',
});

describe('a Slurm that does not answer', () => {
  const cases: [string, Answer, string][] = [
    ['hangs', away, 'did not end within 30 s'],
    [
      'has no controller',
      {
        exitCode: 1,
        stderr: 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n',
      },
      'Unable to contact slurm controller',
    ],
    ['prints garbage', { stdout: 'Segmentation fault\n' }, 'cannot be understood'],
    ['prints half of it', { stdout: job('RUNNING').slice(0, 50) }, 'breaks off'],
  ];
  it.each(cases)('because it %s tells nothing of any job, and says why', async (_what, answer, problem) => {
    const { farm } = slurm({ squeue: answer });
    await expect(farm.changes(null)).rejects.toThrow(problem);
    await expect(farm.find(42)).rejects.toThrow(problem);
    await expect(farm.recall?.(['7@farm'])).rejects.toThrow(problem);
    expect(await farm.health()).toMatchObject({ reachable: false, detail: expect.stringContaining(problem) });
  });
});

describe('a look', () => {
  it('whose events were not stored tells them again', async () => {
    const { farm } = slurm({ squeue: { stdout: job('RUNNING') } });
    const first = await farm.changes(null);
    const again = await farm.changes(null);
    expect(again.events).toEqual(first.events);
    expect(first.events.map(({ state }) => state)).toEqual(['idle', 'running']);
    // The database gives the members of an object back in another order.
    const cursor = Object.fromEntries(Object.entries(again.cursor ?? {}).reverse());
    expect((await farm.changes(cursor)).events).toEqual([]);
  });

  it('after another engine looked in between tells at most what is known already', async () => {
    const { farm } = slurm({ squeue: { stdout: job('RUNNING') } });
    const first = await farm.changes(null);
    const other = slurm({ squeue: { stdout: job('RUNNING') } }).farm;
    const second = await farm.changes((await other.changes(null)).cursor);
    expect(first.events).toEqual(expect.arrayContaining(second.events));
  });

  it('goes by the clock of Slurm, however far it is from ours', async () => {
    const { farm, asked } = slurm({ squeue: { stdout: job('RUNNING') } });
    const { cursor } = await farm.changes({ at: Date.parse('2026-11-24T08:30:00Z'), look: 'x' });
    expect(asked.find((line) => line.startsWith('sacct'))).toContain(
      '-S 2026-11-24T08:29:00 -E 2026-11-24T09:00:0',
    );
    expect(new Date(Number(cursor?.['at'])).toISOString()).toMatch(/^2026-11-24T09:00:0/);
  });

  it('goes on without accounting, keeps the place up to which it was read, and says that it is missing', async () => {
    const { farm, asked } = slurm({
      squeue: { stdout: job('COMPLETED', '2026-11-24T08:20:00') },
      sacct: {
        exitCode: 1,
        stderr: 'sacct: error: slurm_persist_conn_open_without_init: Connection refused\n',
      },
    });
    const at = Date.parse('2026-11-24T08:30:00Z');
    const { events, cursor } = await farm.changes({ at, look: 'x' });
    expect(events.at(-1)).toMatchObject({ state: 'completed', exitCode: 0, wallSeconds: 600 });
    expect(cursor).toMatchObject({ at });
    expect(await farm.health()).toMatchObject({
      reachable: true,
      detail: expect.stringContaining('Connection refused'),
    });
    await farm.changes(cursor);
    expect(asked.filter((line) => line.startsWith('sacct'))).toHaveLength(1);
    // Not known is not the same as not there.
    await expect(farm.recall?.(['8@farm'])).rejects.toThrow('accounting');
    await expect(farm.find(43)).rejects.toThrow('accounting');
  });

  it('of a cluster that keeps no accounts is complete without them', async () => {
    const { farm } = slurm({
      squeue: { stdout: job('RUNNING') },
      sacct: { exitCode: 1, stderr: 'Slurm accounting storage is disabled\n' },
    });
    await farm.changes({ at: 0, look: 'x' });
    expect(await farm.health()).toEqual({ reachable: true, jobs: { idle: 0, running: 1, held: 0 } });
    expect(await farm.recall?.(['8@farm'])).toEqual(new Map([['8@farm', null]]));
    expect(await farm.find(43)).toEqual([]);
  });

  it('sees that a task was taken out of its array, and what became of an array that lost its tasks', async () => {
    const answers: Record<string, Answer> = {
      squeue: { stdout: ['0', '1', '2'].map((task) => job('PENDING', 'N/A', task)).join('') },
      sacct: { exitCode: 1, stderr: 'Slurm accounting storage is disabled\n' },
    };
    const { farm } = slurm(answers);
    const first = await farm.changes(null);
    expect(first.events.map(({ batchId }) => batchId)).toEqual(['7.0@farm', '7.1@farm', '7.2@farm']);
    answers['squeue'] = { stdout: job('PENDING', 'N/A', '0') + job('PENDING', 'N/A', '2') };
    const second = await farm.changes(first.cursor);
    expect(second.events).toMatchObject([{ batchId: '7.1@farm', state: 'removed' }]);
    answers['squeue'] = { stdout: job('CANCELLED', '2026-11-24T08:30:00').replace('n1', '') };
    const third = await farm.changes(second.cursor);
    expect(third.events.map(({ batchId, state }) => `${batchId} ${state}`)).toEqual([
      '7.0@farm removed',
      '7.2@farm removed',
    ]);
  });
});

describe('an action', () => {
  it('that Slurm refuses for one job is told for that one', async () => {
    const { farm } = slurm({
      squeue: { stdout: job('PENDING', 'N/A', '0') },
      scancel: {
        exitCode: 1,
        stderr: 'scancel: error: Kill job error on job id 7_0: Access/permission denied\n',
      },
    });
    expect(await farm.act({ submissionId: 42 }, 'remove', '')).toEqual([
      { batchId: '7.0@farm', outcome: 'failed', detail: expect.stringContaining('permission denied') },
    ]);
  });
});
