/** For tests: a spool of its own, jobs queued as a launch script does, and waiting for conditions instead of times. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../../package-root.ts';
import type { BatchCursor, BatchSystem, JobEvent } from '../types.ts';

export const POMS_SUBMIT = join(packageRoot, 'bin/job/poms-submit');

export interface TestFolder {
  folder: string;
  remove(): void;
}

export function testFolder(): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'poms-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Queues jobs and returns the cluster's number. Throws with what was printed when poms-submit refuses. */
export function submit(
  folder: string,
  args: string[],
  {
    env = {},
    shell,
    submissionId = 7,
    cwd,
  }: { env?: object; shell?: string; submissionId?: number; cwd?: string } = {},
): number {
  const command = shell ? [shell, POMS_SUBMIT] : [POMS_SUBMIT];
  const printed = execFileSync(command[0] ?? '', [...command.slice(1), ...args], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      POMS_LOCAL_BATCH: folder,
      POMS4_SUBMISSION_ID: String(submissionId),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return Number(/^POMS4_BATCH_ID=(\d+)@local$/m.exec(printed)?.[1]);
}

/** Queues a line of shell. */
export const submitShell = (folder: string, text: string, options: string[] = [], submissionId = 7): number =>
  submit(folder, [...options, '--', '/bin/sh', '-c', text], { submissionId });

/** Waits until the condition gives something true. */
export async function until<T>(what: string, condition: () => T | Promise<T>, limitMs = 50_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; ) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > end) throw new Error(`Waited ${limitMs} ms in vain for: ${what}`);
    await sleep(20);
  }
}

/** Reads events as the monitor does: by the cursor, each key once. */
export function follow(batch: BatchSystem) {
  let cursor: BatchCursor = null;
  const events: JobEvent[] = [];
  const keys = new Set<string>();
  async function read(): Promise<JobEvent[]> {
    for (let more = true; more; ) {
      const changes = await batch.changes(cursor);
      for (const event of changes.events) {
        if (!keys.has(event.key)) events.push(event);
        keys.add(event.key);
      }
      cursor = changes.cursor;
      more = changes.more;
    }
    return events;
  }
  const last = async (batchId: string) => (await read()).filter((event) => event.batchId === batchId).at(-1);
  return {
    read,
    states: async (batchId: string) =>
      (await read()).filter((event) => event.batchId === batchId).map(({ state }) => state),
    /** Waits for a job to be in a state, and returns the event that brought it there. */
    reach: (batchId: string, state: JobEvent['state'], limitMs?: number): Promise<JobEvent> =>
      until(
        `${batchId} ${state}`,
        async () => {
          const event = await last(batchId);
          return event?.state === state ? event : undefined;
        },
        limitMs,
      ).then((event) => event as JobEvent),
  };
}
