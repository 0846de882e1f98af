/**
 * Which failure group a job is in, and by what a batch of events moves the groups: each changed job leaves the group it
 * was in and joins the one it has come to, so a job that runs again and completes is in none.
 */
import { createHash } from 'node:crypto';
import type { Transaction } from '../../database/index.ts';
import { classify } from '../../domain/failures/classify.ts';
import type { JobInBatch } from './batch.ts';
import { addFactors, addGroups, type FactorMove, type GroupMove, trimFactors } from './failure-statements.ts';
import type { LockedSubmission } from './ingest-statements.ts';

/** 48 bits: a number that JavaScript keeps whole. Two of a million signatures are the same by chance in 1 of 560 cases. */
export function hashOf(...parts: readonly (string | number)[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUIntBE(0, 6);
}

/** Says of each changed job that has failed which group it is in. */
export function placeFailures(
  locked: ReadonlyMap<number, LockedSubmission>,
  changed: readonly JobInBatch[],
): void {
  for (const job of changed) {
    const row = locked.get(job.submissionId);
    const found = job.after === null ? null : classify(job.after);
    if (row === undefined || found === null) continue;
    const failure = hashOf(found.kind, found.code, found.text);
    job.failure = { failureGroup: hashOf(row.stageId, failure), failure, found };
  }
}

/** Moves the groups by the difference: nothing is asked where no job failed before or after. */
export async function moveFailures(
  trx: Transaction,
  locked: ReadonlyMap<number, LockedSubmission>,
  changed: readonly JobInBatch[],
): Promise<void> {
  const groups = new Map<number, GroupMove>();
  const factors = new Map<string, FactorMove>();
  for (const job of changed) {
    const row = locked.get(job.submissionId);
    if (row === undefined || job.after === null) continue;
    const place = job.failure;
    const left = job.known?.failure ?? null;
    if (place === null && left === null) continue;
    const at = job.after.since;
    const wallBefore = job.known?.wallSeconds ?? 0;
    const wall = job.facts.wallSeconds ?? wallBefore;
    if (place !== null) {
      const { failureGroup, failure, found } = place;
      const { campaignId, stageId } = row;
      add(groups, {
        failureGroup,
        failure,
        ...found,
        campaignId,
        stageId,
        jobs: 1,
        wallSeconds: wall,
        first: at,
        last: at,
      });
    }
    // What is not made anew exists, so that the rest of the row is of no importance.
    if (left !== null) add(groups, { ...NOTHING, failureGroup: left, jobs: -1, wallSeconds: -wallBefore });
    for (const factor of ['host', 'site'] as const) {
      const before = job.known?.[factor] ?? null;
      const now = job.facts[factor] ?? before;
      if (place !== null && now !== null) count(factors, place.failureGroup, factor, now, 1, at);
      if (left !== null && before !== null) count(factors, left, factor, before, -1, at);
    }
    if (place !== null) count(factors, place.failureGroup, 'hour', hourOf(at), 1, at);
    if (left !== null && job.before !== null) count(factors, left, 'hour', hourOf(job.before.since), -1, at);
  }
  if (groups.size === 0) return;
  await addGroups(trx, [...groups.values()]);
  const moves = [...factors.values()].filter((move) => move.jobs !== 0);
  if (moves.length === 0) return;
  await addFactors(trx, moves);
  if (moves.some((move) => move.jobs > 0))
    await trimFactors(trx, [...new Set(moves.map((move) => move.failureGroup))]);
}

const NOTHING = {
  failure: null,
  kind: '',
  code: '',
  text: '',
  campaignId: 0,
  stageId: 0,
  first: null,
  last: null,
};

function add(groups: Map<number, GroupMove>, move: GroupMove): void {
  const sum = groups.get(move.failureGroup);
  if (sum === undefined) {
    groups.set(move.failureGroup, move);
    return;
  }
  const first = sum.first === null ? move.first : Math.min(sum.first, move.first ?? sum.first);
  const last = sum.last === null ? move.last : Math.max(sum.last, move.last ?? sum.last);
  const whole = sum.failure === null ? move : sum;
  const jobs = sum.jobs + move.jobs;
  groups.set(move.failureGroup, {
    ...whole,
    first,
    last,
    jobs,
    wallSeconds: sum.wallSeconds + move.wallSeconds,
  });
}

/** `2026-11-24T08`, UTC. */
function hourOf(at: number): string {
  return new Date(at).toISOString().slice(0, 13);
}

function count(
  factors: Map<string, FactorMove>,
  failureGroup: number,
  factor: FactorMove['factor'],
  value: string,
  jobs: number,
  last: number,
): void {
  const key = `${failureGroup} ${factor} ${value}`;
  const sum = factors.get(key) ?? { failureGroup, factor, value, jobs: 0, last };
  factors.set(key, { ...sum, jobs: sum.jobs + jobs, last: Math.max(sum.last, last) });
}
