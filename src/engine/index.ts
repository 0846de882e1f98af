/** The engine: what happens by itself. Every step is idempotent; any number of engines may run. */
import type { Change } from '../database/changes.ts';
import { refreshOpen } from './files.ts';
import { startFollowUp } from './follow-up.ts';
import { startJanitor } from './janitor.ts';
import { startJobActions } from './job-actions.ts';
import { startLauncher } from './launcher.ts';
import { startLocate } from './locate.ts';
import { startLogReader } from './log-reader.ts';
import { type Loop, startLoop } from './loop.ts';
import { startMonitor } from './monitor.ts';
import { ownerName } from './owner.ts';
import type { EngineParts } from './parts.ts';
import { startRecall } from './recall.ts';
import { startTakeOver } from './take-over.ts';

const REFRESH_MS = 2000;

/** Starts all loops; the returned function stops them after the steps under way. */
export function startEngine(parts: EngineParts): { stop(): Promise<void> } {
  const owner = ownerName();
  const launcher = startLauncher(parts, owner);
  const monitors = [...parts.batchSystems.values()].map((system) => startMonitor(parts, system));
  const recalls = [...parts.batchSystems.values()].flatMap((system) => startRecall(parts, system) ?? []);
  const locate = startLocate(parts, owner);
  const followUp = startFollowUp(parts, owner);
  const wrapUp = [locate, followUp];
  const jobActions = startJobActions(parts, owner);
  const takeOver = startTakeOver(parts, () => {
    for (const loop of [launcher, ...wrapUp, ...jobActions]) loop.wake();
  });
  const all: Loop[] = [
    takeOver,
    launcher,
    ...monitors,
    ...recalls,
    ...wrapUp,
    ...jobActions,
    startFileCounts(parts),
    startLogReader(parts),
    startJanitor(parts),
  ];

  const wakers: Record<Change['kind'], Loop[]> = {
    launch: [launcher],
    hold: [launcher],
    submission: wrapUp,
    campaign: [],
    'job-action': jobActions,
    reconnected: all,
  };
  const unsubscribe = parts.changes.subscribe((change) => {
    for (const loop of wakers[change.kind]) loop.wake();
  });
  return {
    stop: async () => {
      unsubscribe();
      await Promise.all(all.map((loop) => loop.stop()));
    },
  };
}

/** Keeps the file counts of running submissions fresh for those who watch. */
function startFileCounts(parts: EngineParts): Loop {
  let after = 0;
  return startLoop({
    name: 'file counts',
    log: parts.log,
    step: async () => {
      after = await refreshOpen(parts, after);
      return REFRESH_MS;
    },
  });
}
