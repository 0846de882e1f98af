/** The kinds of definitions that stages name, for the services that save them: through their own URLs and in campaign files. */
import type { DefinitionTable, StoredDefinition } from '../database/definitions.ts';
import { JOB_TYPES, type JobTypeFields, type StoredJobType } from '../database/job-types.ts';
import { LOGIN_SETUPS, type LoginSetupFields, type StoredLoginSetup } from '../database/login-setups.ts';
import type { Action } from '../domain/policies/index.ts';
import { jobTypeFields, loginSetupFields } from './definitions.ts';

export interface DefinitionKind<Fields extends { name: string }, Row extends Fields & StoredDefinition> {
  /** What people call one. */
  words: 'login setup' | 'job type';
  /** The right that changing one needs. */
  edit: Action;
  table: DefinitionTable<Fields, Row>;
  /** What a person has stated, of a stored one. */
  fieldsOf(row: Row): Fields;
}

export const LOGIN_SETUP: DefinitionKind<LoginSetupFields, StoredLoginSetup> = {
  words: 'login setup',
  edit: 'login-setup.edit',
  table: LOGIN_SETUPS,
  fieldsOf: (row) => loginSetupFields.strip().parse(row),
};

export const JOB_TYPE: DefinitionKind<JobTypeFields, StoredJobType> = {
  words: 'job type',
  edit: 'job-type.edit',
  table: JOB_TYPES,
  fieldsOf: (row) => jobTypeFields.strip().parse(row),
};
