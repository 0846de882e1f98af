/** People: who is known to POMS, and in which role where. */
import { sql } from 'kysely';
import type { Db } from '../../database/index.ts';
import type { Person, Role } from '../../domain/policies/index.ts';

export interface MembershipShown {
  experiment: string;
  name: string;
  role: Role;
}

interface PersonRow {
  experimenterId: number;
  username: string;
  root: boolean;
  roles: Record<string, Role>;
}

/** The person with the active memberships of active experiments, or null: unknown people are nobody (design 9). */
export async function loadPerson(db: Db, username: string): Promise<Person | null> {
  const { rows } = await sql<PersonRow>`
    select p.experimenter_id, p.username, p.root,
      coalesce((select jsonb_object_agg(m.experiment, m.role) from membership m join experiment e using (experiment)
        where m.experimenter_id = p.experimenter_id and m.active and e.active), '{}') as roles
    from experimenter p where p.username = ${username}`.execute(db);
  const row = rows[0];
  return row === undefined ? null : { ...row, roles: new Map(Object.entries(row.roles)) };
}

/** The id of the person, who is made where unknown. Gives no role anywhere. */
export async function ensurePerson(db: Db, username: string, name = ''): Promise<number> {
  const { rows } = await sql<{ experimenterId: number }>`
    with made as (
      insert into experimenter (username, last_name) values (${username}, ${name})
      on conflict (username) do nothing returning experimenter_id
    )
    select experimenter_id from made
    union all select experimenter_id from experimenter where username = ${username}
    limit 1`.execute(db);
  const row = rows[0];
  // Made by another transaction in the moment between the two parts of the statement.
  return row === undefined ? await ensurePerson(db, username, name) : row.experimenterId;
}

/**
 * The local person of developer mode: administrator, and superuser of an experiment to begin with. What exists stays
 * as it is, but for the administrator's flag.
 */
export async function ensureDeveloper(
  db: Db,
  username: string,
  experiment: { experiment: string; name: string } = { experiment: 'demo', name: 'Demonstration' },
): Promise<Person> {
  const experimenterId = await ensurePerson(db, username);
  await db.transaction().execute(async (trx) => {
    await sql`update experimenter set root = true where experimenter_id = ${experimenterId} and not root`.execute(
      trx,
    );
    await sql`insert into experiment (experiment, name) values (${experiment.experiment}, ${experiment.name})
      on conflict do nothing`.execute(trx);
    await sql`insert into membership (experimenter_id, experiment, role)
      values (${experimenterId}, ${experiment.experiment}, 'superuser') on conflict do nothing`.execute(trx);
  });
  const person = await loadPerson(db, username);
  if (person === null) throw new Error(`the person ${username} is gone again`);
  return person;
}

/** What a person sees of oneself: name, and experiments in which there is something to see. */
export async function describePerson(
  db: Db,
  person: Person,
): Promise<{ name: string; experiments: MembershipShown[] }> {
  const known = await db
    .selectFrom('experimenter')
    .select(sql<string>`trim(first_name || ' ' || last_name)`.as('name'))
    .where('experimenterId', '=', person.experimenterId)
    .executeTakeFirst();
  // An administrator may do everything everywhere, as a superuser may.
  const { rows } = await sql<MembershipShown>`
    select e.experiment, e.name, case when ${person.root} then 'superuser' else m.role end as role
    from experiment e
    left join membership m on m.experiment = e.experiment and m.experimenter_id = ${person.experimenterId} and m.active
    where e.active and (${person.root} or m.role is not null)
    order by e.experiment`.execute(db);
  const name = known?.name ?? '';
  return { name: name === '' ? person.username : name, experiments: rows };
}
