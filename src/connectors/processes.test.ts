import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endSession, identify, isAlive, membersOf, parseIdentity } from './processes.ts';

/** A shell in a session of its own that has said it is ready. */
async function session(text: string) {
  const child = spawn('/bin/sh', ['-c', `${text}`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const leader = identify(child.pid ?? 0);
  if (!leader) throw new Error('The shell did not start.');
  return leader;
}

it('knows this process, and no other that has its pid', () => {
  const me = identify(process.pid);
  expect(me).not.toBeNull();
  expect(me && isAlive(me)).toBe(true);
  expect(isAlive({ pid: process.pid, start: 'another boot/1' })).toBe(false);
  expect(membersOf({ pid: process.pid, start: 'another boot/1' })).toEqual([]);
  expect(identify(2 ** 22 + 1)).toBeNull();
});

it('reads what the scripts wrote, once the line is complete', () => {
  expect(parseIdentity('12 boot/34\n')).toEqual({ pid: 12, start: 'boot/34' });
  expect(parseIdentity('12 boot/3')).toBeNull();
  expect(parseIdentity('')).toBeNull();
});

it('counts a zombie as dead', async () => {
  // The parent stops itself, so that it cannot reap its child.
  const parent = await session(
    'sh -c "sleep 0.2" & echo ready; exec perl -e "kill q(STOP), \\$\\$; sleep 60"',
  );
  const deadline = Date.now() + 10_000;
  while (membersOf(parent).length > 1 && Date.now() < deadline)
    await new Promise((done) => setTimeout(done, 20));
  expect(membersOf(parent).map(({ pid }) => pid)).toEqual([parent.pid]);
  expect(await endSession(parent, 500)).toBe(true);
  expect(isAlive(parent)).toBe(false);
}, 30_000);

it('ends a session by TERM if it obeys, by KILL if not, and its orphans too', async () => {
  const polite = await session('trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done');
  expect(await endSession(polite, 5_000)).toBe(true);
  const stubborn = await session(
    'trap "" TERM; (sleep 60 & sleep 60 &) ; echo ready; while :; do sleep 1; done',
  );
  expect(membersOf(stubborn).length).toBeGreaterThanOrEqual(3);
  expect(await endSession(stubborn, 100)).toBe(true);
  expect(membersOf(stubborn)).toEqual([]);
}, 30_000);
