/** The relatives of a file as SAM clients show them: each with its own relatives inside. */
import { sql } from 'kysely';
import type { Db } from '../../../database/index.ts';
import { PomsError } from '../../../errors.ts';
import { read, type Session } from './session.ts';

export const LINEAGES = ['parents', 'children', 'ancestors', 'descendants', 'rawancestors'] as const;
export type LineageKind = (typeof LINEAGES)[number];

export interface LineageNode {
  id: number;
  name: string;
  retired: boolean;
  /** The next generation, where more than one was asked for; empty where it was shown at an earlier place already. */
  next: LineageNode[];
}

/** Generations and files at most: what is more is no answer for people, and a query answers it. */
const MOST_GENERATIONS = 100;
const MOST_FILES = 10_000;

interface Link {
  nearId: number;
  id: number;
  name: string;
  retired: boolean;
  raw: boolean;
}

/**
 * `parents` and `children`: one generation. `ancestors` and `descendants`: all of them, a tree. `rawancestors`: the
 * ancestors of data tier raw, side by side. A file that is reached in several ways shows its own relatives once.
 * Errors 'not-found', 'bad-request' where there are more than 10,000.
 */
export function lineageTree(
  session: Session,
  experiment: string,
  name: string,
  kind: LineageKind,
): Promise<LineageNode[]> {
  return read(session, async (db) => {
    const { rows } = await sql<{ id: number }>`select file_id as id from dh.file
      where experiment = ${experiment} and name = ${name}`.execute(db);
    const [origin] = rows;
    if (!origin) throw new PomsError('not-found', { kind: 'file', name });
    const up = kind !== 'children' && kind !== 'descendants';
    const generations = kind === 'parents' || kind === 'children' ? 1 : MOST_GENERATIONS;
    const links = await linksOf(db, origin.id, up, generations);
    if (links.length > MOST_FILES) {
      const problem = `${name} has more than ${MOST_FILES} ${kind}. A query says it better: is${up ? 'ancestor' : 'descendant'}of: (file_name ${name}).`;
      throw new PomsError('bad-request', { problem });
    }
    if (kind !== 'rawancestors') return tree(links, origin.id);
    const raw = new Map(links.filter((link) => link.raw).map((link) => [link.id, link]));
    return [...raw.values()].map((link) => ({ ...link, next: [] }));
  });
}

/** The links between a file and its relatives, generation by generation. */
async function linksOf(db: Db, origin: number, up: boolean, generations: number): Promise<Link[]> {
  const [near, far] = up ? ['child_id', 'parent_id'] : ['parent_id', 'child_id'];
  const links: Link[] = [];
  const seen = new Set([origin]);
  let generation = [origin];
  for (let step = 0; step < generations && generation.length > 0 && links.length <= MOST_FILES; step += 1) {
    const { rows } = await sql<Link>`select e.${sql.ref(near)} as near_id, f.file_id as id, f.name,
        f.retired is not null as retired, coalesce(t.name = 'raw', false) as raw
      from unnest(${generation}::bigint[]) as g(id)
      cross join lateral (select * from dh.file_parent p where p.${sql.ref(near)} = g.id offset 0) e
      join dh.file f on f.file_id = e.${sql.ref(far)} left join dh.lookup t on t.lookup_id = f.tier_id
      order by f.file_id limit ${MOST_FILES + 1}`.execute(db);
    links.push(...rows);
    generation = [...new Set(rows.map(({ id }) => id))].filter((id) => !seen.has(id));
    for (const id of generation) seen.add(id);
  }
  return links;
}

function tree(links: Link[], origin: number): LineageNode[] {
  const below = new Map<number, Link[]>();
  for (const link of links) {
    const siblings = below.get(link.nearId);
    if (siblings) siblings.push(link);
    else below.set(link.nearId, [link]);
  }
  const shown = new Set<number>();
  const inside = (id: number): LineageNode[] => {
    if (shown.has(id)) return [];
    shown.add(id);
    return (below.get(id) ?? []).map(({ id: of, name, retired }) => ({
      id: of,
      name,
      retired,
      next: inside(of),
    }));
  };
  return inside(origin);
}
