/** What an engine held whose process has died on this machine is free at once; other machines' leases run out. */
import { expireLeases, leaseOwners } from '../database/leases.ts';
import { type Loop, startLoop } from './loop.ts';
import { isCertainlyDead } from './owner.ts';
import type { EngineParts } from './parts.ts';

/** An engine that starts looks at once; one that runs, from time to time, for another beside it may die. */
const LOOK_MS = 5_000;

/** `wake` is called when something has become free. */
export function startTakeOver(parts: EngineParts, wake: () => void): Loop {
  return startLoop({
    name: 'take over',
    log: parts.log,
    step: async () => {
      if ((await takeOver(parts)).length > 0) wake();
      return LOOK_MS;
    },
  });
}

/** Ends the leases of dead engines and returns whose they were. */
export async function takeOver({ database, log }: Pick<EngineParts, 'database' | 'log'>): Promise<string[]> {
  const dead = (await leaseOwners(database.db)).filter(isCertainlyDead);
  if (dead.length === 0) return [];
  await expireLeases(database.db, dead);
  log.info({ engines: dead }, 'work of engines that have died is taken over');
  return dead;
}
