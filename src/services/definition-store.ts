/** Login setups and job types have one life: created, changed on the version that was seen, removed when nothing uses them. */
import { recordAudit } from '../database/audit.ts';
import {
  definitionUsers,
  deleteDefinition,
  insertDefinition,
  renameInDefaults,
  type StoredDefinition,
  selectDefinitions,
  updateDefinition,
} from '../database/definitions.ts';
import type { Db, Transaction } from '../database/index.ts';
import { PomsError } from '../errors.ts';
import type { DefinitionKind } from './definition-kinds.ts';
import { checkVersion, type Editor, listUsers, orInUse, orNameTaken } from './editing.ts';

/** The definitions of one kind. `Fields` is what a person states, `Row` what is stored. */
export interface DefinitionStore<Fields, Row> {
  list(experiment: string): Promise<Row[]>;
  /** Throws `not-found`. */
  get(experiment: string, name: string): Promise<Row>;
  /** Throws `name-taken`, and what the check of its kind throws. */
  create(editor: Editor, experiment: string, fields: Fields): Promise<Row>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `name-taken`, and what the check of its kind throws. */
  change(
    editor: Editor,
    experiment: string,
    name: string,
    change: Fields & { active: boolean; version: number },
  ): Promise<Row>;
  /** Throws `not-found`, `not-allowed`, `stale-version`, `in-use`. */
  remove(editor: Editor, experiment: string, name: string, version: number): Promise<void>;
}

/** Throws where the fields may not be saved, beyond their form. `maker` is whose the definition is, or will be. */
export type DefinitionCheck<Fields> = (
  trx: Transaction,
  experiment: string,
  maker: Pick<StoredDefinition, 'creator' | 'creatorRole'>,
  fields: Fields,
) => Promise<void>;

export function createDefinitionStore<Fields extends { name: string }, Row extends Fields & StoredDefinition>(
  db: Db,
  kind: DefinitionKind<Fields, Row>,
  check: DefinitionCheck<Fields> = async () => {},
): DefinitionStore<Fields, Row> {
  const { words, edit, table } = kind;

  const load = async (from: Db | Transaction, experiment: string, name: string): Promise<Row> => {
    const [found] = await selectDefinitions(from, table, experiment, name);
    if (found === undefined) throw new PomsError('not-found', { kind: words, name });
    return found;
  };
  const checkSeen = (row: Row, version: number): void =>
    checkVersion(words, row.name, version, {
      version: row.version,
      savedBy: row.updater ?? row.creator,
      savedAt: row.updated ?? row.created,
    });
  const loadToChange = async (
    trx: Transaction,
    editor: Editor,
    experiment: string,
    seen: { name: string; version: number },
  ): Promise<Row> => {
    const row = await load(trx, experiment, seen.name);
    editor.permit(edit, { experimenterId: row.creatorId, role: row.creatorRole });
    checkSeen(row, seen.version);
    return row;
  };
  const stated = (row: Row) => ({ ...kind.fieldsOf(row), active: row.active });
  const audit = (
    trx: Transaction,
    editor: Editor,
    experiment: string,
    name: string,
    what: { action: string; before?: unknown; after?: unknown },
  ): Promise<void> =>
    recordAudit(trx, { experiment, actor: editor.username, object: `${words} ${name}`, ...what });

  return {
    list: (experiment) => selectDefinitions(db, table, experiment, null),
    get: (experiment, name) => load(db, experiment, name),

    create: (editor, experiment, fields) =>
      db.transaction().execute(async (trx) => {
        const owner = { experimenterId: editor.experimenterId, role: editor.creatorRole };
        const maker = { creator: editor.username, creatorRole: editor.creatorRole };
        await check(trx, experiment, maker, fields);
        await orNameTaken(words, fields.name, () => insertDefinition(trx, table, experiment, fields, owner));
        await audit(trx, editor, experiment, fields.name, { action: 'create', after: fields });
        return await load(trx, experiment, fields.name);
      }),

    change: (editor, experiment, name, change) =>
      db.transaction().execute(async (trx) => {
        const seen = { name, version: change.version };
        const before = await loadToChange(trx, editor, experiment, seen);
        await check(trx, experiment, before, change);
        const done = await orNameTaken(words, change.name, () =>
          updateDefinition(trx, table, experiment, seen, change, editor.experimenterId),
        );
        // Somebody saved between reading and writing.
        if (!done) checkSeen(await load(trx, experiment, name), change.version);
        if (change.name !== name) await renameInDefaults(trx, table, experiment, name, change.name);
        const after = await load(trx, experiment, change.name);
        const states = { before: stated(before), after: stated(after) };
        await audit(trx, editor, experiment, name, { action: 'change', ...states });
        return after;
      }),

    remove: (editor, experiment, name, version) =>
      db.transaction().execute(async (trx) => {
        const before = await loadToChange(trx, editor, experiment, { name, version });
        const users = await definitionUsers(trx, table, experiment, name);
        if (users.length > 0) throw new PomsError('in-use', { kind: words, name, users: listUsers(users) });
        const done = await orInUse(words, name, () =>
          deleteDefinition(trx, table, experiment, { name, version }),
        );
        // Somebody saved between reading and deleting.
        if (!done) checkSeen(await load(trx, experiment, name), version);
        await audit(trx, editor, experiment, name, { action: 'remove', before: stated(before) });
      }),
  };
}
