/** Login setups and job types that a file brings: created or changed, each by the rights of its owner. */

import { recordAudit } from '../../../database/audit.ts';
import {
  insertJobType,
  type JobTypeFields,
  type StoredJobType,
  updateJobType,
} from '../../../database/job-types.ts';
import {
  insertLoginSetup,
  type LoginSetupFields,
  type StoredLoginSetup,
  updateLoginSetup,
} from '../../../database/login-setups.ts';
import type { Action } from '../../../domain/policies/index.ts';
import { PomsError } from '../../../errors.ts';
import { orNameTaken } from '../../editing.ts';
import type { Change } from '../schema.ts';
import { objectChanges } from './difference.ts';
import type { Work } from './work.ts';

type Stored = StoredLoginSetup | StoredJobType;

/** One kind of definition that campaigns share. */
interface Kind<Fields extends { name: string }, S extends Stored> {
  kind: 'login setup' | 'job type';
  action: Action;
  insert(work: Work, fields: Fields): Promise<void>;
  /** False where somebody saved meanwhile. */
  update(work: Work, before: S, fields: Fields): Promise<boolean>;
}

const LOGIN_SETUPS: Kind<LoginSetupFields, StoredLoginSetup> = {
  kind: 'login setup',
  action: 'login-setup.edit',
  insert: ({ trx, experiment, author }, fields) => insertLoginSetup(trx, experiment, fields, author),
  update: ({ trx, author }, { loginSetupId, version, active }, fields) =>
    updateLoginSetup(trx, loginSetupId, version, { ...fields, active }, author.experimenterId),
};

const JOB_TYPES: Kind<JobTypeFields, StoredJobType> = {
  kind: 'job type',
  action: 'job-type.edit',
  insert: ({ trx, experiment, author }, fields) => insertJobType(trx, experiment, fields, author),
  update: ({ trx, author }, { jobTypeId, version, active }, fields) =>
    updateJobType(trx, jobTypeId, version, { ...fields, active }, author.experimenterId),
};

/** The changes; stored unless the work is a dry run. Throws `not-allowed`, `name-taken`, `wrong-state`. */
export async function applyShared(
  work: Work,
  wanted: { loginSetups: LoginSetupFields[]; jobTypes: JobTypeFields[] },
  stored: { loginSetups: StoredLoginSetup[]; jobTypes: StoredJobType[] },
): Promise<Change[]> {
  return [
    ...(await applyKind(work, LOGIN_SETUPS, wanted.loginSetups, stored.loginSetups)),
    ...(await applyKind(work, JOB_TYPES, wanted.jobTypes, stored.jobTypes)),
  ];
}

async function applyKind<Fields extends { name: string }, S extends Stored>(
  work: Work,
  { kind, action, insert, update }: Kind<Fields, S>,
  wanted: readonly Fields[],
  stored: readonly S[],
): Promise<Change[]> {
  const { trx, editor, experiment, dryRun } = work;
  const all: Change[] = [];
  for (const fields of wanted) {
    const before = stored.find(({ name }) => name === fields.name);
    const changes = objectChanges(kind, fields.name, before === undefined ? null : { ...before }, {
      ...fields,
    });
    all.push(...changes);
    if (changes.length === 0) continue;
    editor.permit(
      action,
      before === undefined ? undefined : { experimenterId: before.creatorId, role: before.creatorRole },
    );
    if (dryRun) continue;
    if (before === undefined) await orNameTaken(kind, fields.name, () => insert(work, fields));
    else if (!(await update(work, before, fields))) changedMeanwhile(kind, fields.name);
    const object = `${kind} ${fields.name}`;
    await recordAudit(trx, {
      experiment,
      actor: editor.username,
      action: 'apply',
      object,
      before,
      after: fields,
    });
  }
  return all;
}

/** Somebody saved it through its own page between our reading and our writing. */
function changedMeanwhile(kind: string, name: string): never {
  throw new PomsError('wrong-state', {
    kind,
    name,
    state: 'being changed by somebody else',
    action: 'applying the file',
    allowed: 'not; apply it again',
  });
}
