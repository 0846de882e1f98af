/**
 * Runs one claimed launch to its end (tenet 2). Whatever died before: the launch host is asked what became of the
 * script, and the batch system for jobs that carry the submission's id, before anything is run again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LaunchHost } from '../connectors/hosts/types.ts';
import { type DispatchedProject, projectName } from '../domain/launch-environment.ts';
import { PomsError } from '../errors.ts';
import { type ClaimedLaunch, endLaunch, markRunning, postponeLaunch } from '../services/launches/intents.ts';
import { loadLaunchFacts, type SubmissionToLaunch } from '../services/submissions/launching.ts';
import { moveSubmission } from '../services/submissions/transition.ts';
import { batchIdsIn, clusterOf } from './batch-ids.ts';
import { type LaunchPlace, recordEnd, recordFailure, recordRefusal, type ScriptEnd } from './launch-end.ts';
import { launchScript } from './launch-script.ts';
import { openProject } from './open-project.ts';
import { batchSystem, type EngineParts } from './parts.ts';
import { passDatasetOn, passesDatasetOn } from './pass-on.ts';
import { prepareLaunch } from './prepare.ts';

/** After so many interrupted tries a person has to look. */
const MAX_TRIES = 8;
/** Milliseconds at most between two looks at a script that runs. */
const LOOK_MS = 250;

/** `signal` ends the following, not the launch: another engine, or the next start of this one, goes on with it. */
export async function runLaunch(
  parts: EngineParts,
  owner: string,
  launch: ClaimedLaunch,
  signal: AbortSignal,
): Promise<void> {
  const { db } = parts.database;
  let submissionId: number | null;
  try {
    submissionId =
      launch.submissionId ??
      (await db.transaction().execute((trx) => prepareLaunch(trx, parts, launch.launchId)));
  } catch (error) {
    if (!isMistake(error)) throw error;
    await db.transaction().execute((trx) => recordRefusal(trx, owner, launch.launchId, error));
    return;
  }
  if (submissionId === null) return;
  const facts = await loadLaunchFacts(db, submissionId);
  if (passesDatasetOn(facts.stageType)) {
    const { stageId } = launch;
    await db.transaction().execute((trx) => passDatasetOn(trx, parts, { ...facts, stageId }));
  }
  if (facts.stageType === 'approval') return askForApproval(parts, owner, launch, facts);
  const host = parts.host(facts.host, facts.account);
  const place: LaunchPlace = {
    stage: facts.stage,
    host: facts.host,
    system: facts.batchSystem,
    timeoutSeconds: parts.settings.launchTimeout,
    tries: launch.tries,
  };
  const found = await adopted(parts, host, launch, facts, place);
  if (found !== null) return recordEnd(db, owner, launch.launchId, submissionId, found, place);
  let dispatched: DispatchedProject | null;
  try {
    dispatched = await openProject(parts, facts, launch.experiment);
  } catch (error) {
    if (!isMistake(error)) throw error;
    return recordFailure(db, owner, launch.launchId, submissionId, error);
  }
  const end = await runScript(parts, owner, host, launch, { ...facts, dispatched }, signal);
  if (end !== null) await recordEnd(db, owner, launch.launchId, submissionId, end, place);
}

/** Trying again would not help: something is wrong with what is launched. */
function isMistake(error: unknown): error is PomsError {
  return error instanceof PomsError && error.code !== 'outside-system';
}

/** An end that can be told without running anything: jobs of an interrupted try were found, or it was tried too often. */
async function adopted(
  parts: EngineParts,
  host: LaunchHost,
  launch: ClaimedLaunch,
  facts: SubmissionToLaunch,
  place: LaunchPlace,
): Promise<ScriptEnd | null> {
  const run = await host.look(launch.launchId);
  if (run.state === 'running' || run.state === 'ended') return null;
  // Never started at the first try: nothing can be there. At a later one, another machine may have run it.
  if (run.state === 'never-started' && launch.tries === 1) return null;
  const batchIds = await findClusters(parts, facts);
  if (batchIds.length > 0 || place.tries > MAX_TRIES) return { exitCode: null, timedOut: false, batchIds };
  // Certainly not running and no job of it anywhere: it may run again.
  if (run.state === 'vanished') await host.reset(launch.launchId);
  return null;
}

/** Starts the script, or joins it where it runs already, and follows it to its end. Null when interrupted. */
async function runScript(
  parts: EngineParts,
  owner: string,
  host: LaunchHost,
  launch: ClaimedLaunch,
  facts: SubmissionToLaunch & { dispatched: DispatchedProject | null },
  signal: AbortSignal,
): Promise<ScriptEnd | null> {
  if (!(await markRunning(parts.database.db, owner, launch.launchId, host.name))) return null;
  const project = facts.dispatched?.project ?? projectName(facts.submissionId);
  const script = launchScript(parts, { ...facts, project, experiment: launch.experiment });
  await host.start({ launchId: launch.launchId, ...script });
  const printed = new Set<string>();
  const deadline = Date.now() + parts.settings.launchTimeout * 1000;
  const pause = createPause(host.ended?.(launch.launchId) ?? null);
  while (!signal.aborted) {
    await pause();
    const run = await host.look(launch.launchId);
    await readPrinted(host, launch.launchId, printed);
    if (run.state === 'ended') return scriptEnd(parts, facts, printed, run.exitCode, false);
    if (run.state === 'vanished') return vanishedEnd(parts, owner, launch, facts, printed);
    const startedAt = run.state === 'running' ? run.startedAt.getTime() : Date.now();
    if (Date.now() > Math.min(deadline, startedAt + parts.settings.launchTimeout * 1000)) {
      await host.abort(launch.launchId);
      await readPrinted(host, launch.launchId, printed);
      return scriptEnd(parts, facts, printed, null, true);
    }
  }
  return null;
}

/**
 * Waits until it is time to look at a script again: soon and then less often, or when its end is heard of. Where that
 * can be heard, the looks in between are for what it prints, and in case the word got lost.
 */
function createPause(ended: Promise<void> | null): () => Promise<void> {
  let heard = false;
  let wait = ended === null ? 5 : LOOK_MS;
  const end = ended?.then(() => {
    heard = true;
  });
  return async () => {
    await (end === undefined || heard ? sleep(wait) : Promise.race([end, sleep(wait)]));
    wait = Math.min(wait * 1.6, LOOK_MS);
  };
}

/** The script was cut off: its jobs tell whether it had submitted; if there are none, it is to run again. */
async function vanishedEnd(
  parts: EngineParts,
  owner: string,
  launch: ClaimedLaunch,
  facts: SubmissionToLaunch,
  printed: Set<string>,
): Promise<ScriptEnd | null> {
  const end = await scriptEnd(parts, facts, printed, null, false);
  if (end.batchIds.length > 0 || launch.tries > MAX_TRIES) return end;
  await postponeLaunch(parts.database.db, owner, launch.launchId, {
    seconds: 0,
    why: 'The launch script was cut off; it is run again.',
    counts: true,
  });
  return null;
}

/** All that the script has printed since the last time. */
async function readPrinted(host: LaunchHost, launchId: number, printed: Set<string>): Promise<void> {
  for (let text = await host.collect(launchId); text !== ''; text = await host.collect(launchId)) {
    for (const id of batchIdsIn(text)) printed.add(clusterOf(id));
  }
}

async function scriptEnd(
  parts: EngineParts,
  facts: SubmissionToLaunch,
  printed: Set<string>,
  exitCode: number | null,
  timedOut: boolean,
): Promise<ScriptEnd> {
  const known = await findClusters(parts, facts);
  return { exitCode, timedOut, batchIds: [...new Set([...known, ...printed])] };
}

async function findClusters(parts: EngineParts, facts: SubmissionToLaunch): Promise<string[]> {
  const found = await batchSystem(parts, facts.batchSystem).find(facts.submissionId);
  return [...new Set(found.map(clusterOf))];
}

/** A stage of type approval runs nothing: a person says yes or no (spec/backend.md 2.2 item 15). */
async function askForApproval(
  parts: EngineParts,
  owner: string,
  launch: ClaimedLaunch,
  facts: SubmissionToLaunch,
): Promise<void> {
  await parts.database.db.transaction().execute(async (trx) => {
    await moveSubmission(trx, {
      submissionId: facts.submissionId,
      to: 'Awaiting Approval',
      mover: 'engine',
      actor: 'launcher',
      message: 'Waits for a person to approve it.',
    });
    await endLaunch(trx, owner, launch.launchId, {
      state: 'done',
      outcome: null,
      detail: null,
      exitCode: null,
    });
  });
}
