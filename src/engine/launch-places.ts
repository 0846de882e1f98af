/** Where launches may start now: hosts with room, that can be reached. What waits says why. */
import { explainWaiting } from '../services/launches/intents.ts';
import { saveHealth } from '../services/systems/queries.ts';
import type { EngineParts, EngineSettings } from './parts.ts';

/**
 * Which hosts run as many launches as they may (`running`: the host of each), and how many may be claimed at once so
 * that no host gets too many. A host that is full does not keep others waiting.
 */
export function freeSlots(
  { hostLaunches, launchesPerHost }: Pick<EngineSettings, 'hostLaunches' | 'launchesPerHost'>,
  running: readonly string[],
): { fullHosts: string[]; free: number } {
  const left = new Map(hostLaunches);
  for (const host of running) left.set(host, (left.get(host) ?? launchesPerHost) - 1);
  const fullHosts = [...left].filter(([, free]) => free <= 0).map(([host]) => host);
  const free = Math.min(launchesPerHost, ...[...left.values()].filter((one) => one > 0));
  return { fullHosts, free };
}

/** `account@host` that could not be reached, and are not to be tried again yet; their queued launches say so. */
export async function placesAway(parts: EngineParts): Promise<string[]> {
  const away: string[] = [];
  for (const { name, account, host } of parts.places()) {
    const health = host.health?.() ?? null;
    if (health === null || health.reachable || health.nextTry <= parts.now()) continue;
    const since = health.since.toISOString().replace(/[.]\d+/, '');
    const why = `The launch host is away since ${since}: ${health.problem}`;
    await explainWaiting(parts.database.db, { name, account }, why);
    away.push(`${account}@${name}`);
  }
  return away;
}

/** Lets people see how it stands with the links: writes down what the calls of this engine have told. */
export async function noteHealth(parts: EngineParts): Promise<void> {
  for (const { name, account, host } of parts.places()) {
    const health = host.health?.() ?? null;
    if (health === null) continue;
    const { reachable, since, problem, checked } = health;
    await saveHealth(parts.database.db, { host: name, account, reachable, since, problem, checked });
  }
}
