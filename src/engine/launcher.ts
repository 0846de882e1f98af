/** Takes queued launches in order, within the limits, and runs each to its end (design 6, 2). */
import { PomsError } from '../errors.ts';
import {
  claimLaunches,
  LEASE_SECONDS,
  postponeLaunch,
  releaseLeases,
  renewLeases,
} from '../services/launches/intents.ts';
import { runLaunch } from './launch-run.ts';
import { type Loop, startLoop } from './loop.ts';
import type { EngineParts } from './parts.ts';

const POLL_MS = 1000;
/** Launches asked for within this time are claimed together. */
const REST_MS = 20;

export function startLauncher(parts: EngineParts, owner: string): Loop {
  const { db } = parts.database;
  const stopping = new AbortController();
  const running = new Map<number, Promise<void>>();

  const run = async (launch: Awaited<ReturnType<typeof claimLaunches>>[number]): Promise<void> => {
    try {
      await runLaunch(parts, owner, launch, stopping.signal);
    } catch (error) {
      const why = error instanceof PomsError ? error.message : String(error);
      parts.log.error({ err: error, launch: launch.launchId }, 'launch step failed; it will be tried again');
      await postponeLaunch(db, owner, launch.launchId, parts.settings.retrySeconds, why).catch(() => {});
    } finally {
      running.delete(launch.launchId);
      loop.wake();
    }
  };

  const loop = startLoop({
    name: 'launcher',
    log: parts.log,
    restMs: REST_MS,
    step: async () => {
      const free = parts.settings.launchesPerHost - running.size;
      if (free <= 0 || stopping.signal.aborted) return POLL_MS;
      const claimed = await claimLaunches(db, owner, free);
      for (const launch of claimed) running.set(launch.launchId, run(launch));
      return claimed.length === free ? 0 : POLL_MS;
    },
  });

  const heartbeat = startLoop({
    name: 'launcher heartbeat',
    log: parts.log,
    step: async () => {
      if (running.size > 0) await renewLeases(db, owner, [...running.keys()]);
      return (LEASE_SECONDS * 1000) / 3;
    },
  });

  return {
    wake: () => loop.wake(),
    stop: async () => {
      stopping.abort();
      await Promise.all([loop.stop(), heartbeat.stop()]);
      await Promise.allSettled(running.values());
      await releaseLeases(db, owner);
    },
  };
}
