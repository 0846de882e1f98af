/** Job types: the launch script, its parameters, and what to do about failures. */

import { recordAudit } from '../../database/audit.ts';
import type { Db } from '../../database/index.ts';
import {
  deleteJobType,
  insertJobType,
  type JobTypeFields,
  jobTypeUsers,
  renameInDefaults,
  type StoredJobType,
  selectJobTypes,
  updateJobType,
} from '../../database/job-types.ts';
import { PomsError } from '../../errors.ts';
import { jobTypeFields } from '../definitions.ts';
import { checkVersion, type Editor, listUsers, orInUse, orNameTaken } from '../editing.ts';
import type { JobTypeChange } from './schema.ts';

const KIND = 'job type';

export interface JobTypes {
  list(experiment: string): Promise<StoredJobType[]>;
  /** Throws `not-found`. */
  get(experiment: string, name: string): Promise<StoredJobType>;
  /** Throws `name-taken`. */
  create(editor: Editor, experiment: string, fields: JobTypeFields): Promise<StoredJobType>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `name-taken`. */
  change(editor: Editor, experiment: string, name: string, change: JobTypeChange): Promise<StoredJobType>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `in-use`. */
  remove(editor: Editor, experiment: string, name: string, version: number): Promise<void>;
}

export function createJobTypes(db: Db): JobTypes {
  return {
    list: (experiment) => selectJobTypes(db, experiment, null),
    get: (experiment, name) => load(db, experiment, name),

    create: (editor, experiment, fields) =>
      db.transaction().execute(async (trx) => {
        const owner = { experimenterId: editor.experimenterId, role: editor.creatorRole };
        await orNameTaken(KIND, fields.name, () => insertJobType(trx, experiment, fields, owner));
        await recordAudit(trx, {
          experiment,
          actor: editor.username,
          action: 'create',
          object: `${KIND} ${fields.name}`,
          after: fields,
        });
        return await load(trx, experiment, fields.name);
      }),

    change: (editor, experiment, name, change) =>
      db.transaction().execute(async (trx) => {
        const before = await load(trx, experiment, name);
        editor.permit('job-type.edit', ownerOf(before));
        checkVersion(KIND, name, change.version, savedOf(before));
        const done = await orNameTaken(KIND, change.name, () =>
          updateJobType(trx, before.jobTypeId, change.version, change, editor.experimenterId),
        );
        // Somebody saved between reading and writing.
        if (!done) checkVersion(KIND, name, change.version, savedOf(await load(trx, experiment, name)));
        if (change.name !== name) await renameInDefaults(trx, experiment, name, change.name);
        const after = await load(trx, experiment, change.name);
        await recordAudit(trx, {
          experiment,
          actor: editor.username,
          action: 'change',
          object: `${KIND} ${name}`,
          before: stated(before),
          after: stated(after),
        });
        return after;
      }),

    remove: (editor, experiment, name, version) =>
      db.transaction().execute(async (trx) => {
        const before = await load(trx, experiment, name);
        editor.permit('job-type.edit', ownerOf(before));
        checkVersion(KIND, name, version, savedOf(before));
        const users = await jobTypeUsers(trx, before.jobTypeId);
        if (users.length > 0) throw new PomsError('in-use', { kind: KIND, name, users: listUsers(users) });
        await orInUse(KIND, name, () => deleteJobType(trx, before.jobTypeId));
        await recordAudit(trx, {
          experiment,
          actor: editor.username,
          action: 'remove',
          object: `${KIND} ${name}`,
          before: stated(before),
        });
      }),
  };
}

async function load(db: Parameters<typeof selectJobTypes>[0], experiment: string, name: string) {
  const [found] = await selectJobTypes(db, experiment, name);
  if (found === undefined) throw new PomsError('not-found', { kind: KIND, name });
  return found;
}

const ownerOf = (row: StoredJobType) => ({ experimenterId: row.creatorId, role: row.creatorRole });

const savedOf = (row: StoredJobType) => ({
  version: row.version,
  savedBy: row.updater ?? row.creator,
  savedAt: row.updated ?? row.created,
});

const stated = (row: StoredJobType) => ({ ...jobTypeFields.strip().parse(row), active: row.active });
