/** Login setups and job types that a file brings: created or changed, each by the rights of its owner. */

import { recordAudit } from '../../../database/audit.ts';
import { insertDefinition, type StoredDefinition, updateDefinition } from '../../../database/definitions.ts';
import type { JobTypeFields, StoredJobType } from '../../../database/job-types.ts';
import type { LoginSetupFields, StoredLoginSetup } from '../../../database/login-setups.ts';
import { PomsError } from '../../../errors.ts';
import { type DefinitionKind, JOB_TYPE, LOGIN_SETUP } from '../../definition-kinds.ts';
import { orNameTaken } from '../../editing.ts';
import type { Change } from '../schema.ts';
import { objectChanges } from './difference.ts';
import type { Work } from './work.ts';

/** The changes; stored unless the work is a dry run. Throws `not-allowed`, `name-taken`, `wrong-state`. */
export async function applyShared(
  work: Work,
  wanted: { loginSetups: LoginSetupFields[]; jobTypes: JobTypeFields[] },
  stored: { loginSetups: StoredLoginSetup[]; jobTypes: StoredJobType[] },
): Promise<Change[]> {
  return [
    ...(await applyKind(work, LOGIN_SETUP, wanted.loginSetups, stored.loginSetups)),
    ...(await applyKind(work, JOB_TYPE, wanted.jobTypes, stored.jobTypes)),
  ];
}

async function applyKind<Fields extends { name: string }, Row extends Fields & StoredDefinition>(
  work: Work,
  { words, edit, table, fieldsOf }: DefinitionKind<Fields, Row>,
  wanted: readonly Fields[],
  stored: readonly Row[],
): Promise<Change[]> {
  const { trx, editor, author, experiment, dryRun } = work;
  const all: Change[] = [];
  for (const fields of wanted) {
    const { name } = fields;
    const before = stored.find((row) => row.name === name);
    const changes = objectChanges(words, name, before === undefined ? null : { ...before }, { ...fields });
    all.push(...changes);
    if (changes.length === 0) continue;
    editor.permit(edit, before && { experimenterId: before.creatorId, role: before.creatorRole });
    if (dryRun) continue;
    if (before === undefined) {
      await orNameTaken(words, name, () => insertDefinition(trx, table, experiment, fields, author));
    } else {
      const { active } = before;
      const change = { ...fields, active };
      if (!(await updateDefinition(trx, table, experiment, before, change, author.experimenterId))) {
        changedMeanwhile(words, name);
      }
    }
    await recordAudit(trx, {
      experiment,
      actor: editor.username,
      action: 'apply',
      object: `${words} ${name}`,
      before: before && fieldsOf(before),
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
