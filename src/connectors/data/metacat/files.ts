/** Files and their lineage, as MetaCat and Rucio know them. */
import { PomsError } from '../../../errors.ts';
import type { CatalogueFile, Lineage, LineageFile } from '../types.ts';
import { timeOf } from './datasets.ts';
import type { MetacatFile } from './metacat-client.ts';
import { type Did, page as pageOf } from './mql.ts';
import type { Servers } from './servers.ts';

const nameOf = ({ namespace, name }: Did) => `${namespace}:${name}`;

/** `after` is the place in MetaCat's order: it knows no other way to go on. */
export async function listFiles(
  { metacat, rucio }: Servers,
  query: string,
  { after = '0', limit }: { after?: string; limit: number },
): Promise<{ files: CatalogueFile[]; next: string | null }> {
  if (!/^\d{1,15}$/.test(after))
    throw new PomsError('bad-request', { problem: `after: ${after} is no place` });
  const skip = Number(after);
  const found = await metacat.files(pageOf(query, { skip, limit: limit + 1 }), { metadata: true });
  const files = found.slice(0, limit);
  const locations = (await rucio?.locations(files)) ?? new Map<string, string[]>();
  return {
    files: files.map((file) => toFile(file, locations)),
    next: found.length > limit ? String(skip + limit) : null,
  };
}

/** Error `not-found`. */
export async function oneFile(servers: Servers, name: string): Promise<CatalogueFile> {
  const file = await find(servers, name);
  const locations = (await servers.rucio?.locations([file])) ?? new Map<string, string[]>();
  return toFile(file, locations);
}

async function find({ metacat, own }: Servers, name: string): Promise<MetacatFile> {
  const colon = name.indexOf(':');
  const did =
    colon < 0 ? { namespace: own, name } : { namespace: name.slice(0, colon), name: name.slice(colon + 1) };
  const file = await metacat.file(did);
  if (file === null) throw new PomsError('not-found', { kind: 'file', name });
  return file;
}

function toFile(file: MetacatFile, locations: ReadonlyMap<string, string[]>): CatalogueFile {
  const metadata = file.metadata ?? {};
  const events = metadata['core.event_count'];
  return {
    name: nameOf(file),
    size: file.size ?? null,
    events: typeof events === 'number' ? events : null,
    created: timeOf(file.created_timestamp) ?? new Date(0),
    locations: locations.get(nameOf(file)) ?? [],
    metadata,
  };
}

/** A generation at a time; each costs a look-up for every thousand files. Error `not-found`. */
export async function fileLineage(
  servers: Servers,
  name: string,
  direction: 'up' | 'down',
  { depth, limit }: { depth: number; limit: number },
): Promise<Lineage> {
  const { metacat, rucio } = servers;
  const relatives = (file: MetacatFile) => (direction === 'up' ? file.parents : file.children) ?? [];
  const start = await find(servers, name);
  const seen = new Set([start.fid]);
  const found: { file: MetacatFile; depth: number; via: string }[] = [];
  let generation = [start];
  let more = false;
  // One generation beyond those asked for is only looked at: is there one?
  for (let step = 1; step <= depth + 1 && generation.length > 0; step += 1) {
    const via = new Map<string, string>();
    for (const file of generation) {
      for (const fid of relatives(file)) if (!seen.has(fid) && !via.has(fid)) via.set(fid, nameOf(file));
    }
    const room = step > depth ? 0 : Math.max(0, limit - found.length);
    more ||= via.size > room;
    if (room === 0) break;
    const fids = [...via.keys()].slice(0, room);
    generation = await metacat.byFid(fids);
    generation.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    for (const file of generation) {
      seen.add(file.fid);
      found.push({ file, depth: step, via: via.get(file.fid) ?? name });
    }
  }
  const locations = await rucio?.locations(found.map(({ file }) => file));
  const files = found.map(
    ({ file, ...place }): LineageFile => ({
      name: nameOf(file),
      ...place,
      retired: file.retired === true,
      located: locations === undefined ? file.retired !== true : locations.has(nameOf(file)),
    }),
  );
  return { files, more };
}
