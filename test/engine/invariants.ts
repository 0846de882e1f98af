/** What must hold of every run, whatever died and failed on the way (design 11). */
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { Database } from '../../src/database/index.ts';
import { findDrift } from '../../src/services/jobs/audit.ts';

/** Nothing is under way any more: no launch open, no submission with work left. */
export async function isQuiet(database: Database): Promise<boolean> {
  const open = await sql<{ n: number }>`
    select (select count(*) from launch where state in ('queued', 'claimed', 'running'))
      + (select count(*) from submission where work is not null)
      + (select count(*) from submission where status_id in (1000, 3000, 4000, 5000, 7000)) as n`.execute(
    database.db,
  );
  return open.rows[0]?.n === 0;
}

/** No file is consumed twice by one stage; roll-ups equal jobs; every slice is launched once. */
export async function checkInvariants(database: Database): Promise<void> {
  const { db } = database;
  const twice = await sql`
    select s.stage_id, f.file_id, count(*) from submission s
    join dh.project p on p.experiment = s.experiment and p.name = s.project
    join dh.project_file f on f.project_id = p.project_id and f.state in ('consumed', 'completed')
    where not s.is_test group by s.stage_id, f.file_id having count(*) > 1`.execute(db);
  expect(twice.rows, 'files consumed twice by one stage').toEqual([]);
  const drift = await findDrift(db, null);
  expect(drift, 'submissions whose counters differ from their jobs').toEqual([]);
  const slices = await sql`
    select stage_id, dataset, count(*) from submission where not is_test and recovery_of is null and dataset <> ''
    group by stage_id, dataset having count(*) > 1`.execute(db);
  expect(slices.rows, 'datasets launched twice by one stage').toEqual([]);
}
