/** The file counts of submissions: asked from data handling in bulk, kept on their rows for pages and decisions. */
import { sql } from 'kysely';
import type { Progress } from '../connectors/data/types.ts';
import { projectName } from '../domain/launch-environment.ts';
import { type FinishedSubmission, loadFinished } from '../services/submissions/following.ts';
import { outputOf } from './output.ts';
import { dataHandling, type EngineParts } from './parts.ts';

/** Submissions asked about in one call. */
const BATCH = 200;

/** Counts by submission. Throws `outside-system` where a catalogue cannot be asked: an unknown count is no number. */
export async function countFiles(
  parts: EngineParts,
  submissions: FinishedSubmission[],
): Promise<Map<number, Progress>> {
  const counts = new Map<number, Progress>();
  for (const group of groups(submissions)) {
    const [first] = group;
    if (first === undefined) continue;
    const items = group.map((one) => ({
      project: one.project ?? projectName(one.submissionId),
      output: { ...outputOf(one), createdAfter: one.countsSince },
    }));
    const progress = await dataHandling(parts, first.dataHandling).progress(first.experiment, items);
    group.forEach((one, index) => {
      const found = progress[index];
      if (found !== undefined) counts.set(one.submissionId, found);
    });
  }
  await store(parts, counts);
  return counts;
}

function groups(submissions: FinishedSubmission[]): FinishedSubmission[][] {
  const byPlace = new Map<string, FinishedSubmission[]>();
  for (const one of submissions) {
    const place = `${one.dataHandling} ${one.experiment}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), one]);
  }
  return [...byPlace.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, index) =>
      group.slice(index * BATCH, (index + 1) * BATCH),
    ),
  );
}

/** Projects that do not exist leave nothing: the submission has none (yet). */
async function store(parts: EngineParts, counts: Map<number, Progress>): Promise<void> {
  const rows = [...counts].filter(([, progress]) => progress.exists).sort(([a], [b]) => a - b);
  if (rows.length === 0) return;
  await sql`
    update submission s set project = d.project, files_total = d.total, files_consumed = d.consumed, files_failed = d.failed,
      files_produced = d.produced, files_located = d.located
    from unnest(${rows.map(([id]) => id)}::bigint[], ${rows.map(([, one]) => one.project)}::text[],
      ${rows.map(([, one]) => one.files)}::int[], ${rows.map(([, one]) => one.consumed)}::int[],
      ${rows.map(([, one]) => one.failed)}::int[], ${rows.map(([, one]) => one.childrenDeclared)}::int[],
      ${rows.map(([, one]) => one.childrenLocated)}::int[]) as d(id, project, total, consumed, failed, produced, located)
    where s.submission_id = d.id
      and (s.project, s.files_total, s.files_consumed, s.files_failed, s.files_produced, s.files_located)
        is distinct from (d.project, d.total, d.consumed, d.failed, d.produced, d.located)`.execute(
    parts.database.db,
  );
}

/** Goes round the submissions whose jobs are at work, a batch at a time; returns where to go on. */
export async function refreshOpen(parts: EngineParts, after: number): Promise<number> {
  const { db } = parts.database;
  const rows = await sql<{ submissionId: number }>`
    select submission_id from submission where status_id in (3000, 4000, 5000) and submission_id > ${after}
    order by submission_id limit ${BATCH}`.execute(db);
  const ids = rows.rows.map((row) => row.submissionId);
  if (ids.length > 0) await countFiles(parts, await loadFinished(db, ids));
  return ids.length < BATCH ? 0 : (ids.at(-1) ?? 0);
}
