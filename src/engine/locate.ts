/** Decides whether the output of completed submissions is located (design 6, 4). No submission is ever too old for it. */
import type { Progress } from '../connectors/data/types.ts';
import { type Completion, decideCompletion, type OutputCounts } from '../domain/completion.ts';
import { dependencyName } from '../domain/dependencies.ts';
import {
  claimWork,
  type FinishedSubmission,
  loadFinished,
  type Postponed,
  postponeWork,
} from '../services/submissions/following.ts';
import { moveSubmissions } from '../services/submissions/transition.ts';
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
    await decideAll(parts, submissions, counts);
  } catch (error) {
    const why = `Its files cannot be counted now: ${String(error)}`;
    const seconds = parts.settings.locateInterval;
    await postponeWork(
      db,
      ids.map((submissionId) => ({ submissionId, seconds, why })),
    );
    throw error;
  }
  return ids.length;
}

/** Decides for each; what is located and what is not yet is stored in one statement each. */
async function decideAll(
  parts: EngineParts,
  submissions: readonly FinishedSubmission[],
  counts: ReadonlyMap<number, Progress>,
): Promise<void> {
  const located: { submissionId: number; message: string }[] = [];
  const waiting: Postponed[] = [];
  for (const submission of submissions) {
    const { submissionId } = submission;
    const decision = await judge(parts, submission, counts.get(submissionId));
    if (decision.located) located.push({ submissionId, message: decision.why });
    else waiting.push({ submissionId, seconds: intervalOf(parts, submission), why: decision.why });
  }
  const { db } = parts.database;
  await postponeWork(db, waiting);
  if (located.length === 0) return;
  await db
    .transaction()
    .execute((trx) =>
      moveSubmissions(trx, { to: 'Located', mover: 'engine', actor: 'wrap-up', submissions: located }),
    );
}

function intervalOf(parts: EngineParts, submission: FinishedSubmission): number {
  const { locateInterval } = parts.settings;
  const age = parts.now().getTime() - submission.created.getTime();
  return age < FRESH_MS ? Math.min(FRESH_INTERVAL, locateInterval) : locateInterval;
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
  const files = defined ? await data.count(submission.experiment, data.datasetQuery([name])) : 0;
  return { from: 'definition', jobs: submission.jobs, files };
}
