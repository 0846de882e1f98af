/** Decides whether the output of completed submissions is located (design 6, 4). No submission is ever too old for it. */
import type { Progress } from '../connectors/data/types.ts';
import { type Completion, decideCompletion, type OutputCounts } from '../domain/completion.ts';
import { dependencyName } from '../domain/dependencies.ts';
import { definitionFiles } from '../domain/dimension-text.ts';
import {
  claimWork,
  type FinishedSubmission,
  loadFinished,
  postponeWork,
} from '../services/submissions/following.ts';
import { moveSubmission } from '../services/submissions/transition.ts';
import { countFiles } from './files.ts';
import { type Loop, startLoop } from './loop.ts';
import { analysisUser } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';
import { passesDatasetOn } from './pass-on.ts';

const CLAIM = 200;
const POLL_MS = 1000;
/** Output is often there a moment after the last job: fresh submissions are looked at more often. Seconds. */
const FRESH_INTERVAL = 2;
const FRESH_MS = 60_000;

export function startLocate(parts: EngineParts, owner: string): Loop {
  return startLoop({
    name: 'locate',
    log: parts.log,
    step: async () => ((await locateStep(parts, owner)) === CLAIM ? 0 : POLL_MS),
  });
}

/** Looks at what is due and returns how many that were. */
export async function locateStep(parts: EngineParts, owner: string): Promise<number> {
  const { db } = parts.database;
  const ids = await claimWork(db, owner, 'locate', CLAIM);
  if (ids.length === 0) return 0;
  const submissions = await loadFinished(db, ids);
  try {
    const counts = await countFiles(parts, submissions);
    for (const submission of submissions)
      await decide(parts, submission, counts.get(submission.submissionId));
  } catch (error) {
    await postponeWork(
      db,
      ids,
      parts.settings.locateInterval,
      `Its files cannot be counted now: ${String(error)}`,
    );
    throw error;
  }
  return ids.length;
}

async function decide(
  parts: EngineParts,
  submission: FinishedSubmission,
  progress: Progress | undefined,
): Promise<void> {
  const { db } = parts.database;
  const decision = await judge(parts, submission, progress);
  if (!decision.located) {
    const age = parts.now().getTime() - submission.created.getTime();
    const interval =
      age < FRESH_MS
        ? Math.min(FRESH_INTERVAL, parts.settings.locateInterval)
        : parts.settings.locateInterval;
    await postponeWork(db, [submission.submissionId], interval, decision.why);
    return;
  }
  await db.transaction().execute((trx) =>
    moveSubmission(trx, {
      submissionId: submission.submissionId,
      to: 'Located',
      mover: 'engine',
      actor: 'wrap-up',
      message: decision.why,
    }),
  );
}

async function judge(
  parts: EngineParts,
  submission: FinishedSubmission,
  progress: Progress | undefined,
): Promise<Completion> {
  return decideCompletion({
    completionType: passesDatasetOn(submission.stage.stageType)
      ? 'complete'
      : submission.stage.completionType,
    completionPct: submission.stage.completionPct,
    createdAt: submission.created,
    now: parts.now(),
    forced: submission.forceLocated,
    isRecovery: submission.recoveryOf !== null,
    output: await outputCounts(parts, submission, progress),
  });
}

async function outputCounts(
  parts: EngineParts,
  submission: FinishedSubmission,
  progress: Progress | undefined,
): Promise<OutputCounts> {
  if (progress?.exists === true) {
    return { from: 'project', consumed: progress.consumed, childrenLocated: progress.childrenLocated };
  }
  const data = dataHandling(parts, submission.dataHandling);
  const name = dependencyName(submission.submissionId, 1, analysisUser(submission));
  const defined = (await data.describe(submission.experiment, name)) !== null;
  const files = defined ? await data.count(submission.experiment, definitionFiles(name)) : 0;
  return { from: 'definition', jobs: submission.jobs, files };
}
