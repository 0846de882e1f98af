/** The name under which an engine holds leases: it tells which process it is, so that its death can be seen. */
import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { identify, isAlive } from '../connectors/processes.ts';

/**
 * A name for an engine of this process: `HOST PID START PIDS RANDOM`. START names the boot and the moment in it; PIDS
 * is the kernel's number of the table in which the pid counts, for containers on one machine have their own. Where
 * the kernel tells neither (it is no Linux), both are `-`.
 */
export function ownerName(): string {
  const { start, pids } = here();
  return [hostname(), process.pid, start, pids, randomUUID().slice(0, 8)].join(' ');
}

/**
 * Whether that engine's process certainly lives no more: it ran on this machine, in this boot, with pids that are
 * seen from here, and is not among them. False for what cannot be known: other machines' leases run out by themselves.
 */
export function isCertainlyDead(owner: string): boolean {
  const [, pid = '', start = '', pids = ''] = owner.split(' ');
  const mine = here();
  const isSeen = pids === mine.pids && pids !== '-' && bootOf(start) === bootOf(mine.start);
  return isSeen && !isAlive({ pid: Number(pid), start });
}

function here(): { start: string; pids: string } {
  try {
    return { start: identify(process.pid)?.start ?? '-', pids: readlinkSync('/proc/self/ns/pid') };
  } catch {
    return { start: '-', pids: '-' };
  }
}

const bootOf = (start: string): string => start.split('/')[0] ?? '';
