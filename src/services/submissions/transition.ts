/** The one way a submission's status changes: guarded by the status it is expected to leave, with its event. */
import { sql } from 'kysely';
import type { Transaction } from '../../database/index.ts';
import { type Mover, STATUS_IDS, type Status, sourcesOf } from '../../domain/status.ts';

export interface Moves {
  to: Status;
  mover: Mover;
  /** A username, or the part of POMS that decides. */
  actor: string;
  /** Which, each with why in a sentence. */
  submissions: readonly { submissionId: number; message: string }[];
}

/**
 * Moves those submissions that the transition table allows from where they are now, and returns their numbers. What
 * has to happen next follows from the new status: a Completed one is looked at for its output, a Located one is
 * followed up, and so is one that was stopped, for others may wait for it. One statement for all; rows are locked in
 * order of their numbers, as everywhere, so that two that move many cannot wait for each other.
 */
export async function moveSubmissions(trx: Transaction, moves: Moves): Promise<number[]> {
  const { to, mover, actor, submissions } = moves;
  const work = NEXT_WORK[to] ?? null;
  const sources = sourcesOf(to, mover).map((from) => STATUS_IDS[from]);
  const moved = await sql<{ submissionId: number }>`
    with asked as (
      select * from unnest(${submissions.map((one) => one.submissionId)}::bigint[],
        ${submissions.map((one) => one.message)}::text[]) as asked(submission_id, message)),
    ready as materialized (
      select b.submission_id from submission b
      where b.submission_id in (select submission_id from asked) and b.status_id = any(${sources}::int[])
      order by b.submission_id for no key update),
    moved as (
      update submission b set status_id = ${STATUS_IDS[to]}, status_since = now(), updated = now(), work = ${work},
        work_due = ${work === null ? sql`null` : sql`now()`}, work_note = null, lease_owner = null, lease_until = null
      from ready where b.submission_id = ready.submission_id returning b.submission_id)
    insert into submission_event (submission_id, kind, status_id, actor, message)
    select submission_id, 'status', ${STATUS_IDS[to]}, ${actor}, message from moved join asked using (submission_id)
    order by submission_id
    returning submission_id`.execute(trx);
  return moved.rows.map((row) => row.submissionId);
}

export interface Move extends Omit<Moves, 'submissions'> {
  submissionId: number;
  message: string;
}

/** One of them; says whether it was moved. */
export async function moveSubmission(trx: Transaction, move: Move): Promise<boolean> {
  const { submissionId, message, ...to } = move;
  return (await moveSubmissions(trx, { ...to, submissions: [{ submissionId, message }] })).length > 0;
}

const NEXT_WORK: Partial<Record<Status, 'locate' | 'follow-up'>> = {
  Completed: 'locate',
  Located: 'follow-up',
  Removed: 'follow-up',
  Cancelled: 'follow-up',
};

export interface Note {
  submissionId: number;
  kind: 'launch' | 'jobs' | 'files' | 'follow-up' | 'action' | 'note';
  actor: string;
  message: string;
}

/** Appends an event that is no change of status. */
export async function noteEvent(trx: Transaction, note: Note): Promise<void> {
  await noteEvents(trx, [note]);
}

/** Appends many. */
export async function noteEvents(trx: Transaction, notes: readonly Note[]): Promise<void> {
  if (notes.length > 0)
    await trx
      .insertInto('submissionEvent')
      .values([...notes])
      .execute();
}
