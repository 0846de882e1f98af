/** The sample campaign run through the API, and all that must hold when it has ended, whatever happened meanwhile. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { z } from 'zod';
import { type Client, ofExperiment } from '../../src/cli/client.ts';
import type { Database } from '../../src/database/index.ts';
import { packageRoot } from '../../src/package-root.ts';
import { applyResult } from '../../src/services/campaigns/schema.ts';
import { launchRow } from '../../src/services/launches/schema.ts';
import { outputList, submissionList } from '../../src/services/submissions/schema.ts';
import { checkInvariants, isQuiet } from '../engine/invariants.ts';
import type { Running } from './poms.ts';

const EXPERIMENT = 'demo';
const STAGES = ['ingest', 'select', 'analyse', 'merge'];

/** Applies the sample, maybe with a change, to the experiment that a new POMS has, and launches it. */
export async function launchSample(client: Client, change = (text: string) => text): Promise<void> {
  const text = change(readFileSync(join(packageRoot, 'examples/quakes/campaign.yaml'), 'utf8'));
  await client.post(ofExperiment(EXPERIMENT, 'campaigns', 'apply'), applyResult, { text, dryRun: false });
  const request = { campaign: 'quakes', requestKey: 'the only one' };
  await client.post(ofExperiment(EXPERIMENT, 'launches'), z.object({ launch: launchRow }), request);
}

/**
 * Waits until nothing is under way any more. Throws when that lasts longer than `seconds`, or one of the processes that
 * should do it has ended, with what is stuck and what they printed.
 */
export async function untilQuiet(
  database: Database,
  seconds: number,
  folder: string,
  processes: Running[],
): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await isQuiet(database)); await sleep(250)) {
    const over = processes.some((one) => one.hasEnded());
    if (!over && Date.now() < deadline) continue;
    const why = over ? 'A process has ended by itself.' : `Not ended after ${seconds} s.`;
    const printed = processes.map((one) => one.printed().err).join('\n');
    throw new Error(`${why}\n${await whatIsOpen(database, folder)}\n${printed}`);
  }
}

/**
 * Every stage done, with recoveries, and the result to the last digit that of the direct computation. `clusters` are
 * what the batch system has of it, a line each: `<submission>: <batch id>`; default: what the local one has.
 */
export async function checkSample(
  client: Client,
  database: Database,
  folder: string,
  clusters: readonly string[] = localClusters(join(folder, 'local-batch')),
): Promise<void> {
  const { items } = await client.list(ofExperiment(EXPERIMENT, 'submissions'), submissionList, {}, 500);
  const seen = await whatIsOpen(database, folder);
  const statuses = STAGES.map((stage) => ({
    stage,
    submissions: items
      .filter((one) => one.stage === stage && one.recoveryOf === null)
      .map(({ status, files }) => `${status} ${files.total ?? '-'}`)
      .sort(),
  }));
  expect(statuses, seen).toEqual([
    { stage: 'ingest', submissions: ['Located -'] },
    { stage: 'select', submissions: Array(4).fill('Located 10') },
    { stage: 'analyse', submissions: Array(4).fill('Located 10') },
    { stage: 'merge', submissions: ['Located 4'] },
  ]);
  const recoveries = items.filter(({ recoveryOf }) => recoveryOf !== null);
  expect(recoveries.length, 'recoveries').toBeGreaterThan(0);
  expect(recoveries.map(({ stage, status }) => `${stage} ${status}`)).toEqual(
    Array(recoveries.length).fill('select Located'),
  );
  expect(
    items.reduce((sum, { jobs }) => sum + jobs.failed, 0),
    'failed jobs',
  ).toBeGreaterThan(0);
  expect(JSON.parse(await client.text(await outputOf(client, '.json')))).toEqual(await directResult());
  await checkInvariants(database);
  await checkClusters(database, clusters);
}

/** Address of the file that the stage `merge` made. */
export async function outputOf(client: Client, ending: string): Promise<string> {
  const submissions = ofExperiment(EXPERIMENT, 'submissions');
  const { items } = await client.list(submissions, submissionList, { stage: 'merge', campaign: 'quakes' }, 1);
  const outputs = await client.list(`${submissions}/${items[0]?.submissionId}/outputs`, outputList, {}, 100);
  const content = outputs.items.find(({ name }) => name.endsWith(ending))?.content;
  if (typeof content !== 'string')
    throw new Error(`merge left no ${ending}: ${JSON.stringify(outputs.items)}`);
  return content;
}

export async function directResult(): Promise<unknown> {
  const script = join(packageRoot, 'examples/quakes/direct.mjs');
  return JSON.parse((await promisify(execFile)(process.execPath, [script])).stdout);
}

/** Each submission has exactly the one cluster that POMS knows it by: no launch has run twice. */
async function checkClusters(database: Database, clusters: readonly string[]): Promise<void> {
  const { rows } = await sql<{ known: string }>`
    select submission_id || ': ' || array_to_string(batch_ids, ' ') as known from submission`.execute(
    database.db,
  );
  expect([...clusters].sort(), 'clusters').toEqual(rows.map(({ known }) => known).sort());
}

function localClusters(spool: string): string[] {
  return readFileSync(join(spool, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"event":"submit"'))
    .map((line) => z.object({ cluster: z.number(), submission: z.number() }).parse(JSON.parse(line)))
    .map(({ cluster, submission }) => `${submission}: ${cluster}@local`);
}

/** Where everything stands, with the launch logs of what failed: for the message of a failed test. */
async function whatIsOpen({ db }: Database, folder: string): Promise<string> {
  const { rows } = await sql<{ line: string }>`
    select 'launch ' || launch_id || ' of ' || s.name || ': ' || state || ', try ' || tries || ' ' || coalesce(outcome_detail, '')
      || coalesce(', lease of ' || lease_owner || ' until ' || lease_until, '') as line
    from launch l join stage s using (stage_id) where state <> 'done'
    union all
    select 'submission ' || submission_id || ' of ' || s.name || ': ' || status || ', batch ' || array_to_string(batch_ids, ' ')
      || ', jobs ' || jobs_idle || ' idle ' || jobs_running || ' running ' || jobs_held || ' held '
      || jobs_completed || ' completed ' || jobs_failed || ' failed, work ' || coalesce(work, '-') || ' ' || coalesce(work_note, '')
    from submission join stage s using (stage_id) join submission_status using (status_id)
    union all
    select 'batch system ' || batch_system || ': looked ' || looked || ' ' || coalesce(problem, '') from batch_cursor`.execute(
    db,
  );
  const failed = await db.selectFrom('launch').select('launchId').where('state', '=', 'failed').execute();
  const logs = failed.map(({ launchId }) => `log of launch ${launchId}:\n${launchLog(folder, launchId)}`);
  return [...rows.map(({ line }) => line), ...logs].join('\n');
}

/** The end of what a launch script has printed. */
function launchLog(folder: string, launchId: number): string {
  const log = join(folder, 'launches', String(launchId), 'log');
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'none';
}
