/**
 * Which of several servers' pools starts jobs: at most one, and another within a second after it died.
 *
 * The files `pools/<n>` hold the identity of a process; the highest number leads while that process lives. A file is
 * made with its content by a hard link, which succeeds once, and numbers only grow, so that two that find the
 * leader dead cannot both follow it. A leader that stops leaves its number with nobody's name.
 */
import { readdirSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isAlive, parseIdentity } from '../../processes.ts';
import { errorCode, readIfThere, replaceFile } from '../../text-files.ts';
import type { Spool } from './spool.ts';

export interface Leadership {
  /** Takes the lead if nobody has it. True while this one leads. */
  lead(): Promise<boolean>;
  release(): Promise<void>;
}

const NOBODY = '0 nobody\n';
let made = 0;

export function createLeadership(spool: Spool): Leadership {
  const me = identify(process.pid);
  const mine = `${process.pid} ${me?.start ?? ''}\n`;
  let place: number | null = null;

  async function lead(): Promise<boolean> {
    const top = highest(spool);
    if (place !== null) {
      if (place === top) return true;
      place = null;
    }
    if (top > 0 && isHeld(spool, top)) return false;
    if (!(await take(top + 1))) return false;
    if (highest(spool) !== top + 1) {
      // Slow, and overtaken by one that took a later place.
      await rm(join(spool.pools, String(top + 1)), { force: true });
      return false;
    }
    place = top + 1;
    for (const number of places(spool)) {
      if (number < place) await rm(join(spool.pools, String(number)), { force: true });
    }
    return true;
  }

  async function take(number: number): Promise<boolean> {
    made += 1;
    const draft = join(spool.pools, `draft-${process.pid}-${made}`);
    await writeFile(draft, mine);
    try {
      await link(draft, join(spool.pools, String(number)));
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  return {
    lead,
    async release() {
      if (place !== null) await replaceFile(join(spool.pools, String(place)), NOBODY);
      place = null;
    },
  };
}

/** Is there a pool that starts jobs, in this process or another? */
export function hasLeader(spool: Spool): boolean {
  const top = highest(spool);
  return top > 0 && isHeld(spool, top);
}

function places(spool: Spool): number[] {
  return readdirSync(spool.pools)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function highest(spool: Spool): number {
  return Math.max(0, ...places(spool));
}

function isHeld(spool: Spool, place: number): boolean {
  const holder = parseIdentity(readIfThere(join(spool.pools, String(place))) ?? '');
  return holder !== null && isAlive(holder);
}
