/** Which files a file was made from, and which were made from it. */
import { sql } from 'kysely';
import { PomsError } from '../../../errors.ts';
import type { Lineage, LineageFile } from '../types.ts';
import { read, type Session } from './session.ts';

/**
 * Generation by generation, so that a file with millions of descendants costs no more than what is shown. A file that
 * is reached in several ways is there once, at the nearest. Error 'not-found'.
 */
export function fileLineage(
  session: Session,
  experiment: string,
  name: string,
  direction: 'up' | 'down',
  { depth, limit }: { depth: number; limit: number },
): Promise<Lineage> {
  return read(session, async (db) => {
    const start = await sql<{ id: number }>`
      select file_id as id from dh.file where experiment = ${experiment} and name = ${name}`.execute(db);
    const [origin] = start.rows;
    if (origin === undefined) throw new PomsError('not-found', { kind: 'file', name });
    const [near, far] = direction === 'up' ? ['child_id', 'parent_id'] : ['parent_id', 'child_id'];
    const seen = new Set([origin.id]);
    const files: LineageFile[] = [];
    let generation = [origin.id];
    // One generation beyond those asked for is only looked at: is there one?
    for (let step = 1; step <= depth + 1 && generation.length > 0; step++) {
      const room = step > depth ? 0 : limit - files.length;
      const { rows } = await sql<Omit<LineageFile, 'depth'> & { id: number }>`
        select found.id, f.name, v.name as via, f.retired is not null as retired, f.n_loc > 0 as located
        from (select e.${sql.ref(far)} as id, min(e.${sql.ref(near)}) as via_id
          from unnest(${generation}::bigint[]) as g(id)
          cross join lateral (select * from dh.file_parent p where p.${sql.ref(near)} = g.id offset 0) e
          where e.${sql.ref(far)} <> all(${[...seen]}::bigint[])
          group by e.${sql.ref(far)} order by 1 limit ${room + 1}) found
        join dh.file f on f.file_id = found.id join dh.file v on v.file_id = found.via_id
        order by f.name`.execute(db);
      files.push(...rows.slice(0, room).map(({ id: _, ...file }) => ({ ...file, depth: step })));
      if (rows.length > room) return { files, more: true };
      generation = rows.map(({ id }) => id);
      for (const id of generation) seen.add(id);
    }
    return { files, more: false };
  });
}
