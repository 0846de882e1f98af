/** Experiments and their members. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { recordAudit } from '../../database/audit.ts';
import { lockExperiment } from '../../database/experiments.ts';
import type { Db, Transaction } from '../../database/index.ts';
import type { Role } from '../../domain/policies/index.ts';
import { PomsError } from '../../errors.ts';
import { orNameTaken } from '../editing.ts';
import type { ExperimentCreate, Member, MembersChange } from './schema.ts';

export interface ExperimentRow {
  experiment: string;
  name: string;
  logbook: string | null;
  active: boolean;
  created: Date;
}

export interface MemberRow {
  username: string;
  name: string;
  firstName: string;
  lastName: string;
  email: string | null;
  role: Role;
  active: boolean;
}

export interface Members {
  items: MemberRow[];
  version: string;
}

export interface Experiments {
  list(): Promise<ExperimentRow[]>;
  /** Throws `name-taken`. */
  create(actor: string, input: ExperimentCreate): Promise<ExperimentRow>;
  members(experiment: string): Promise<Members>;
  /** Throws `not-found` for the experiment, `stale-version`. People that POMS does not know yet are made known. */
  changeMembers(actor: string, experiment: string, change: MembersChange): Promise<Members>;
}

export function createExperiments(db: Db): Experiments {
  return {
    list: () => db.selectFrom('experiment').selectAll().orderBy('experiment').execute(),
    create: (actor, input) =>
      db.transaction().execute(async (trx) => {
        const made = await orNameTaken('experiment', input.experiment, () =>
          trx.insertInto('experiment').values(input).returningAll().executeTakeFirstOrThrow(),
        );
        const object = `experiment ${input.experiment}`;
        await recordAudit(trx, {
          experiment: input.experiment,
          actor,
          action: 'create',
          object,
          after: input,
        });
        return made;
      }),
    members: (experiment) => selectMembers(db, experiment),
    changeMembers: (actor, experiment, change) =>
      db.transaction().execute(async (trx) => {
        await lockExperiment(trx, experiment);
        const before = await selectMembers(trx, experiment);
        if (before.version !== change.version) await refuseStale(trx, experiment);
        await replaceMembers(trx, experiment, change.members);
        const after = await selectMembers(trx, experiment);
        await recordAudit(trx, {
          experiment,
          actor,
          action: 'change',
          object: `members of ${experiment}`,
          before: before.items,
          after: after.items,
        });
        return after;
      }),
  };
}

async function selectMembers(db: Db | Transaction, experiment: string): Promise<Members> {
  const { rows } = await sql<MemberRow>`
    select p.username, trim(p.first_name || ' ' || p.last_name) as name, p.first_name, p.last_name,
      p.email, m.role, m.active
    from membership m join experimenter p using (experimenter_id)
    where m.experiment = ${experiment} order by p.username`.execute(db);
  const said = rows.map(({ username, role, active }) => [username, role, active]);
  return {
    items: rows,
    version: createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16),
  };
}

/** The list has no version of its own: who changed it last is in the audit log. */
async function refuseStale(trx: Transaction, experiment: string): Promise<never> {
  const last = await trx
    .selectFrom('auditEvent')
    .select(['actor', 'at'])
    .where('object', '=', `members of ${experiment}`)
    .orderBy('auditId', 'desc')
    .executeTakeFirst();
  throw new PomsError('stale-version', {
    kind: 'The list of members of',
    name: experiment,
    who: last?.actor ?? 'somebody',
    when: last?.at.toISOString() ?? 'some time',
    current: 'another',
    yours: 'an older one',
  });
}

async function replaceMembers(
  trx: Transaction,
  experiment: string,
  members: readonly Member[],
): Promise<void> {
  const names = members.map((member) => member.username);
  const roles = members.map((member) => member.role);
  const active = members.map((member) => member.active);
  await sql`insert into experimenter (username) select unnest(${names}::text[]) on conflict (username) do nothing`.execute(
    trx,
  );
  await sql`
    delete from membership m using experimenter p
    where m.experiment = ${experiment} and p.experimenter_id = m.experimenter_id
      and p.username <> all(${names}::text[])`.execute(trx);
  await sql`
    insert into membership (experimenter_id, experiment, role, active)
    select p.experimenter_id, ${experiment}, w.role, w.active
    from unnest(${names}::text[], ${roles}::text[], ${active}::boolean[]) as w (username, role, active)
    join experimenter p using (username)
    on conflict (experimenter_id, experiment) do update set role = excluded.role, active = excluded.active`.execute(
    trx,
  );
}
