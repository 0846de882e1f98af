/** Takes queued launches in order, within the limits, and runs each to its end (design 6, 2). */
import { PomsError } from '../errors.ts';
import {
  claimLaunches,
  LEASE_SECONDS,
  postponeLaunch,
  releaseLeases,
  renewLeases,
} from '../services/launches/intents.ts';
import { freeSlots, noteHealth, placesAway } from './launch-places.ts';
import { runLaunch } from './launch-run.ts';
import { type Loop, startLoop } from './loop.ts';
import type { EngineParts } from './parts.ts';

const POLL_MS = 1000;
/** Launches asked for within this time are claimed together. */
const REST_MS = 20;

export function startLauncher(parts: EngineParts, owner: string): Loop {
  const { db } = parts.database;
  const stopping = new AbortController();
  const running = new Map<number, { host: string; work: Promise<void> }>();

  const run = async (launch: Awaited<ReturnType<typeof claimLaunches>>[number]): Promise<void> => {
    try {
      await runLaunch(parts, owner, launch, stopping.signal);
    } catch (error) {
      const why = error instanceof PomsError ? error.message : String(error);
      parts.log.error({ err: error, launch: launch.launchId }, 'launch step failed; it will be tried again');
      const counts = !(error instanceof PomsError && error.code === 'outside-system');
      const seconds = parts.settings.retrySeconds;
      await postponeLaunch(db, owner, launch.launchId, { seconds, why, counts }).catch(() => {});
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
      if (stopping.signal.aborted) return POLL_MS;
      const { fullHosts, free } = freeSlots(
        parts.settings,
        [...running.values()].map((one) => one.host),
      );
      const away = await placesAway(parts);
      const claimed = await claimLaunches(db, owner, free, { fullHosts, away });
      for (const launch of claimed) running.set(launch.launchId, { host: launch.host, work: run(launch) });
      return claimed.length === free ? 0 : POLL_MS;
    },
  });

  const heartbeat = startLoop({
    name: 'launcher heartbeat',
    log: parts.log,
    step: async () => {
      if (running.size > 0) await renewLeases(db, owner, [...running.keys()]);
      await noteHealth(parts);
      return (LEASE_SECONDS * 1000) / 3;
    },
  });

  return {
    wake: () => loop.wake(),
    stop: async () => {
      stopping.abort();
      await Promise.all([loop.stop(), heartbeat.stop()]);
      await Promise.allSettled([...running.values()].map((one) => one.work));
      await releaseLeases(db, owner);
    },
  };
}
