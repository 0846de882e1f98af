/**
 * The file report of a campaign (spec/web-console.md 2.24): for each submission how many files of its input are how
 * far, each number with the query it stands for. Counted by data handling for a whole page at once; where that cannot be
 * asked, what was stored on the submissions when it last could.
 */
import { sql } from 'kysely';
import type { DataHandling, Progress } from '../connectors/data/types.ts';
import { patternCondition, relatives, snapshotFiles, writeValue } from '../domain/dimension-text.ts';
import { outputConditions, outputPatterns } from '../domain/output.ts';
import { PomsError } from '../errors.ts';
import type { ReportFigures, ReportRow } from '../services/datasets/schema.ts';
import { afterId, toPage } from '../services/paging.ts';
import { soon } from '../services/soon.ts';
import { type FinishedSubmission, loadFinished } from '../services/submissions/following.ts';
import { outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

interface Stored {
  submissionId: number;
  filesTotal: number | null;
  filesConsumed: number | null;
  filesFailed: number | null;
  filesProduced: number | null;
  filesLocated: number | null;
}

/** The newest submissions first. Throws `not-found`, `bad-request`. */
export async function fileReport(
  parts: EngineParts,
  experiment: string,
  campaign: string,
  page: { after: string | undefined; limit: number },
): Promise<{ items: ReportRow[]; next: string | null; problem: string | null; dataHandling: string }> {
  const { db } = parts.database;
  const found = await db
    .selectFrom('campaign')
    .select(['campaignId', 'dataHandling'])
    .where('experiment', '=', experiment)
    .where('name', '=', campaign)
    .executeTakeFirst();
  if (found === undefined) throw new PomsError('not-found', { kind: 'campaign', name: campaign });
  const { campaignId, dataHandling: system } = found;
  const after = afterId(page.after);
  const { rows } = await sql<Stored>`
    select submission_id, files_total, files_consumed, files_failed, files_produced, files_located from submission
    where campaign_id = ${campaignId} ${after === null ? sql`` : sql`and submission_id < ${after}`}
    order by submission_id desc limit ${page.limit + 1}`.execute(db);
  const { items, next } = toPage(rows, page.limit, (row) => row.submissionId);
  const finished = new Map(
    (
      await loadFinished(
        db,
        items.map((row) => row.submissionId),
      )
    ).map((one) => [one.submissionId, one]),
  );
  const known = items.flatMap((row) => finished.get(row.submissionId) ?? []);
  const { progress, problem } = await countNow(parts, system, experiment, known);
  return {
    items: items.flatMap((row) => {
      const one = finished.get(row.submissionId);
      return one === undefined
        ? []
        : toRow(one, row, progress.get(row.submissionId), parts.dataHandlings.get(system));
    }),
    next,
    problem,
    dataHandling: system,
  };
}

async function countNow(
  parts: EngineParts,
  system: string,
  experiment: string,
  submissions: readonly FinishedSubmission[],
): Promise<{ progress: Map<number, Progress>; problem: string | null }> {
  const withProject = submissions.filter((one) => one.project !== null);
  if (withProject.length === 0) return { progress: new Map(), problem: null };
  try {
    const items = withProject.map((one) => ({ project: one.project ?? '', output: outputOf(one) }));
    const asked = dataHandling(parts, system).progress(experiment, items);
    const counted = await soon(asked, PATIENCE_MS, () => {
      const problem = `it has not answered within ${PATIENCE_MS / 1000} s`;
      throw new PomsError('outside-system', { system: `Data handling ${system}`, problem });
    });
    const progress = new Map<number, Progress>();
    withProject.forEach((one, place) => {
      const found = counted[place];
      if (found !== undefined) progress.set(one.submissionId, found);
    });
    return { progress, problem: null };
  } catch (error) {
    if (!(error instanceof PomsError)) throw error;
    return { progress: new Map(), problem: error.message };
  }
}

/** How long somebody waits for a page before it shows what is stored. Milliseconds. */
const PATIENCE_MS = 4000;

function toRow(
  one: FinishedSubmission,
  stored: Stored,
  now: Progress | undefined,
  data: DataHandling | undefined,
): ReportRow {
  const queries =
    data?.capabilities.language === 'sam' && one.project !== null ? queriesOf(one, one.project) : null;
  const figure = (name: keyof ReportFigures, files: number | null | undefined) => ({
    files: files ?? null,
    query: queries?.[name] ?? null,
  });
  const state = (name: string) => (now?.states === undefined ? null : (now.states[name] ?? 0));
  const files = now?.files ?? stored.filesTotal;
  const located = now?.childrenLocated ?? stored.filesLocated;
  return {
    submissionId: one.submissionId,
    stage: one.stage.name,
    status: one.status,
    created: one.created,
    dataset: one.dataset,
    project: one.project,
    figures: {
      submitted: figure('submitted', files),
      delivered: figure(
        'delivered',
        now?.states === undefined ? null : now.files - (state('unassigned') ?? 0),
      ),
      unknown: figure('unknown', state('unknown')),
      consumed: figure('consumed', now?.consumed ?? stored.filesConsumed),
      cancelled: figure('cancelled', state('cancelled')),
      failed: figure('failed', state('failed') ?? now?.failed ?? stored.filesFailed),
      skipped: figure('skipped', state('skipped')),
      someDeclared: figure('someDeclared', now?.childrenSome),
      allDeclared: figure('allDeclared', now?.childrenDeclared ?? stored.filesProduced),
      allLocated: figure('allLocated', located),
      pending: figure('pending', files === null || located === null ? null : files - located),
      output: figure('output', now?.outputs),
    },
  };
}

/** What each number counts, in the language that the built-in catalogue and SAM have (spec/backend.md 11.2). */
function queriesOf(one: FinishedSubmission, project: string): Record<keyof ReportFigures, string> {
  const output = outputOf(one);
  const files = snapshotFiles(project);
  const handed = `project_name ${writeValue(project)}`;
  const inState = (states: string) => `${handed} and consumed_status ${states}`;
  const withChild = (availability: string) =>
    outputPatterns(output).map((pattern) =>
      relatives(
        'isparentof',
        output.depth,
        `${outputConditions(output)} and ${patternCondition(pattern)} with availability ${availability}`,
      ),
    );
  const located = withChild('physical').join(' and ');
  const patterns = outputPatterns(output).map(patternCondition).join(' or ');
  return {
    submitted: files,
    delivered: handed,
    unknown: inState('unknown'),
    consumed: inState('co%'),
    cancelled: inState('cancelled'),
    failed: inState('failed'),
    skipped: inState('skipped'),
    someDeclared: `${files} and (${withChild('anylocation').join(' or ')})`,
    allDeclared: `${files} and ${withChild('anylocation').join(' and ')}`,
    allLocated: `${files} and ${located}`,
    pending: `${files} minus (${located})`,
    output: `${relatives('ischildof', output.depth, files)} and ${outputConditions(output)} and (${patterns})`,
  };
}
