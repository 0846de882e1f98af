/** The statements of job types. */
import { sql } from 'kysely';
import type { Parameters } from '../domain/parameters.ts';
import type { Owner } from '../domain/policies/index.ts';
import type { Recovery } from '../domain/recoveries.ts';
import { type Db, json, type Transaction } from './index.ts';

/** What a person states. */
export interface JobTypeFields {
  name: string;
  launchScript: string;
  parameters: Parameters;
  outputFiles: string[];
  recoveries: Recovery[];
}

export interface StoredJobType extends JobTypeFields {
  jobTypeId: number;
  active: boolean;
  version: number;
  creator: string;
  creatorId: number;
  creatorRole: Owner['role'];
  created: Date;
  updater: string | null;
  updated: Date | null;
  /** Stages that use it. */
  stages: number;
}

/** All of an experiment by name, or the one that is named. */
export async function selectJobTypes(
  db: Db | Transaction,
  experiment: string,
  name: string | null,
): Promise<StoredJobType[]> {
  const { rows } = await sql<StoredJobType>`
    select j.job_type_id, j.name, j.launch_script, j.parameters, j.output_file_patterns as output_files, j.active,
      j.version, j.created, j.updated, c.username as creator, u.username as updater, j.creator_id, j.creator_role,
      coalesce((select jsonb_agg(jsonb_build_object('type', r.type, 'parameters', r.parameters) order by r.position)
        from job_type_recovery r where r.job_type_id = j.job_type_id), '[]') as recoveries,
      (select count(*)::integer from stage s where s.job_type_id = j.job_type_id) as stages
    from job_type j
    join experimenter c on c.experimenter_id = j.creator_id
    left join experimenter u on u.experimenter_id = j.updater_id
    where j.experiment = ${experiment} and (${name}::text is null or j.name = ${name})
    order by j.name`.execute(db);
  return rows;
}

export async function insertJobType(
  trx: Transaction,
  experiment: string,
  fields: JobTypeFields,
  creator: Owner,
): Promise<void> {
  const { jobTypeId } = await trx
    .insertInto('jobType')
    .values({ experiment, ...columns(fields), creatorId: creator.experimenterId, creatorRole: creator.role })
    .returning('jobTypeId')
    .executeTakeFirstOrThrow();
  await insertRecoveries(trx, jobTypeId, fields);
}

/** False where the version is not the stored one any more. */
export async function updateJobType(
  trx: Transaction,
  jobTypeId: number,
  version: number,
  fields: JobTypeFields & { active: boolean },
  updaterId: number,
): Promise<boolean> {
  const done = await trx
    .updateTable('jobType')
    .set({ ...columns(fields), active: fields.active, updaterId })
    .set({ version: version + 1, updated: sql<Date>`clock_timestamp()` })
    .where('jobTypeId', '=', jobTypeId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) return false;
  await trx.deleteFrom('jobTypeRecovery').where('jobTypeId', '=', jobTypeId).execute();
  await insertRecoveries(trx, jobTypeId, fields);
  return true;
}

const columns = (fields: JobTypeFields) => ({
  name: fields.name,
  launchScript: fields.launchScript,
  parameters: json(fields.parameters),
  outputFilePatterns: fields.outputFiles,
});

async function insertRecoveries(trx: Transaction, jobTypeId: number, fields: JobTypeFields): Promise<void> {
  if (fields.recoveries.length === 0) return;
  await trx
    .insertInto('jobTypeRecovery')
    .values(
      fields.recoveries.map(({ type, parameters }, position) => ({
        jobTypeId,
        position,
        type,
        parameters: json(parameters),
      })),
    )
    .execute();
}

/** Fails on the foreign key where a stage uses it. */
export async function deleteJobType(trx: Transaction, jobTypeId: number): Promise<void> {
  await trx.deleteFrom('jobType').where('jobTypeId', '=', jobTypeId).execute();
}

/** What uses it: stages as `campaign / stage`, and campaigns whose defaults name it. */
export async function jobTypeUsers(db: Db | Transaction, jobTypeId: number): Promise<string[]> {
  const { rows } = await sql<{ user: string }>`
    select c.name || ' / ' || s.name as "user" from stage s join campaign c using (campaign_id)
    where s.job_type_id = ${jobTypeId}
    union
    select c.name || ' (defaults)' from campaign c join job_type l using (experiment)
    where l.job_type_id = ${jobTypeId} and c.defaults ->> 'jobType' = l.name
    order by 1`.execute(db);
  return rows.map((row) => row.user);
}

/** The defaults of campaigns name a job type: they follow when it is renamed. */
export async function renameInDefaults(
  trx: Transaction,
  experiment: string,
  from: string,
  to: string,
): Promise<void> {
  await sql`
    update campaign set defaults = jsonb_set(defaults, '{jobType}', to_jsonb(${to}::text))
    where experiment = ${experiment} and defaults ->> 'jobType' = ${from}`.execute(trx);
}
