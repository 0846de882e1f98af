/** Login setups: where and as whom launch scripts run. */

import { recordAudit } from '../../database/audit.ts';
import type { Db } from '../../database/index.ts';
import {
  deleteLoginSetup,
  insertLoginSetup,
  type LoginSetupFields,
  loginSetupUsers,
  renameInDefaults,
  type StoredLoginSetup,
  selectLoginSetups,
  updateLoginSetup,
} from '../../database/login-setups.ts';
import { PomsError } from '../../errors.ts';
import { loginSetupFields } from '../definitions.ts';
import { checkVersion, type Editor, listUsers, orInUse, orNameTaken } from '../editing.ts';
import type { LoginSetupChange } from './schema.ts';

const KIND = 'login setup';

export interface LoginSetups {
  list(experiment: string): Promise<StoredLoginSetup[]>;
  /** Throws `not-found`. */
  get(experiment: string, name: string): Promise<StoredLoginSetup>;
  /** Throws `name-taken`. */
  create(editor: Editor, experiment: string, fields: LoginSetupFields): Promise<StoredLoginSetup>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `name-taken`. */
  change(
    editor: Editor,
    experiment: string,
    name: string,
    change: LoginSetupChange,
  ): Promise<StoredLoginSetup>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `in-use`. */
  remove(editor: Editor, experiment: string, name: string, version: number): Promise<void>;
}

export function createLoginSetups(db: Db): LoginSetups {
  return {
    list: (experiment) => selectLoginSetups(db, experiment, null),
    get: (experiment, name) => load(db, experiment, name),

    create: (editor, experiment, fields) =>
      db.transaction().execute(async (trx) => {
        const owner = { experimenterId: editor.experimenterId, role: editor.creatorRole };
        await orNameTaken(KIND, fields.name, () => insertLoginSetup(trx, experiment, fields, owner));
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
        editor.permit('login-setup.edit', ownerOf(before));
        checkVersion(KIND, name, change.version, savedOf(before));
        const done = await orNameTaken(KIND, change.name, () =>
          updateLoginSetup(trx, before.loginSetupId, change.version, change, editor.experimenterId),
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
        editor.permit('login-setup.edit', ownerOf(before));
        checkVersion(KIND, name, version, savedOf(before));
        const users = await loginSetupUsers(trx, before.loginSetupId);
        if (users.length > 0) throw new PomsError('in-use', { kind: KIND, name, users: listUsers(users) });
        await orInUse(KIND, name, () => deleteLoginSetup(trx, before.loginSetupId));
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

async function load(db: Parameters<typeof selectLoginSetups>[0], experiment: string, name: string) {
  const [found] = await selectLoginSetups(db, experiment, name);
  if (found === undefined) throw new PomsError('not-found', { kind: KIND, name });
  return found;
}

const ownerOf = (row: StoredLoginSetup) => ({ experimenterId: row.creatorId, role: row.creatorRole });

const savedOf = (row: StoredLoginSetup) => ({
  version: row.version,
  savedBy: row.updater ?? row.creator,
  savedAt: row.updated ?? row.created,
});

const stated = (row: StoredLoginSetup) => ({ ...loginSetupFields.strip().parse(row), active: row.active });
