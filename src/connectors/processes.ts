/**
 * Processes that outlive the server: who they are, whether they live, and how to end them.
 *
 * A pid alone names nobody for long, so a process is known by its pid and its start, as run-apart.sh writes them.
 * A zombie counts as dead: on some machines process 1 reaps slowly.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessIdentity {
  pid: number;
  /** On Linux the boot's id and the clock ticks since; elsewhere what `ps -o lstart=` says. */
  start: string;
}

/** One living process, as far as it matters here. */
export interface ProcessInfo extends ProcessIdentity {
  group: number;
  session: number;
}

const LINUX = existsSync('/proc/self/stat');
const BOOT = LINUX ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

/** Reads what run-apart.sh wrote into a file; null while the line is not complete. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^(\d+) (.+)\n/.exec(text);
  return match?.[1] && match[2] ? { pid: Number(match[1]), start: match[2].trim() } : null;
}

/** The identity of a living process, or null where there is none of this pid. */
export function identify(pid: number): ProcessIdentity | null {
  const found = processInfo(pid);
  return found && { pid, start: found.start };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return processInfo(identity.pid)?.start === identity.start;
}

/** The living processes of a session or process group, also of groups that its members made in the session. */
export function membersOf(leader: ProcessIdentity): ProcessInfo[] {
  const present = processInfo(leader.pid);
  // The kernel gives a pid away again only when no group or session has its number: another process there means
  // that ours is empty. After another boot nothing of it can live.
  if (present && present.start !== leader.start) return [];
  if (LINUX && !leader.start.startsWith(`${BOOT}/`)) return [];
  return allProcesses().filter(
    ({ pid, group, session }) => pid === leader.pid || group === leader.pid || session === leader.pid,
  );
}

/**
 * Ends the session of `leader`: TERM, and KILL to what is still there after `graceMs`. Returns when nothing lives
 * any more, or false when something withstood KILL for two seconds (a disk that does not answer).
 */
export async function endSession(leader: ProcessIdentity, graceMs: number): Promise<boolean> {
  const killFrom = Date.now() + graceMs;
  let termed = false;
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 100)) {
    const members = membersOf(leader);
    if (members.length === 0) return true;
    if (Date.now() > killFrom + 2_000) return false;
    if (Date.now() >= killFrom) signal(members, 'SIGKILL');
    else if (!termed) signal(members, 'SIGTERM');
    termed = true;
    await sleep(waitMs);
  }
}

/** Lets what stopped itself go on, or TERM would wait for it. */
function signal(members: ProcessInfo[], name: NodeJS.Signals): void {
  for (const { pid } of members) {
    try {
      process.kill(pid, name);
      if (name === 'SIGTERM') process.kill(pid, 'SIGCONT');
    } catch {
      // It ended in between.
    }
  }
}

function processInfo(pid: number): ProcessInfo | null {
  if (!LINUX) return allProcesses().find((process) => process.pid === pid) ?? null;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The command's name may hold blanks and brackets; the fields begin after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return { pid, start: `${BOOT}/${fields[19]}`, group: Number(fields[2]), session: Number(fields[3]) };
}

/** All living processes of this machine: one scan of /proc (about 20 µs a process), or one `ps`. */
export function allProcesses(): ProcessInfo[] {
  if (LINUX) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => processInfo(Number(name)))
      .filter((info) => info !== null);
  }
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,lstart='], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return listing.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    if (!match?.[4] || match[3]?.startsWith('Z')) return [];
    const group = Number(match[2]);
    return [{ pid: Number(match[1]), start: match[4], group, session: group }];
  });
}
