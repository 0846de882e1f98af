/** How job types are stored: their recoveries stand in a table of their own. */
import { sql } from 'kysely';
import type { Parameters } from '../domain/parameters.ts';
import type { Recovery } from '../domain/recoveries.ts';
import type { DefinitionTable, StoredDefinition } from './definitions.ts';
import { json } from './index.ts';

/** What a person states. */
export interface JobTypeFields {
  name: string;
  launchScript: string;
  parameters: Parameters;
  outputFiles: string[];
  recoveries: Recovery[];
}

export interface StoredJobType extends JobTypeFields, StoredDefinition {
  jobTypeId: number;
}

export const JOB_TYPES: DefinitionTable<JobTypeFields, StoredJobType> = {
  name: 'job_type',
  key: 'job_type_id',
  inDefaults: 'jobType',
  select: sql`d.job_type_id, d.launch_script, d.parameters, d.output_file_patterns as output_files,
    coalesce((select jsonb_agg(jsonb_build_object('type', r.type, 'parameters', r.parameters) order by r.position)
      from job_type_recovery r where r.job_type_id = d.job_type_id), '[]') as recoveries`,
  columns: ({ launchScript, parameters, outputFiles }) => ({
    launchScript,
    parameters: json(parameters),
    outputFilePatterns: outputFiles,
  }),
  storeParts: async (trx, jobTypeId, { recoveries }) => {
    await trx.deleteFrom('jobTypeRecovery').where('jobTypeId', '=', jobTypeId).execute();
    if (recoveries.length === 0) return;
    const rows = recoveries.map(({ type, parameters }, position) => ({
      jobTypeId,
      position,
      type,
      parameters: json(parameters),
    }));
    await trx.insertInto('jobTypeRecovery').values(rows).execute();
  },
};
