/** Files of a SAM server. */
import { PomsError } from '../../../errors.ts';
import type { CatalogueFile, Lineage, LineageFile } from '../types.ts';
import type { LineageAnswer, SamFile, SamServer } from './server.ts';

/**
 * One page of a query's files with their metadata; `after` is a place in the list. SAM's own `limit` does not go
 * together with one in a definition (spec/data-handling.md 2.2), so all names are asked for and cut here.
 */
export async function listFiles(
  sam: SamServer,
  query: string,
  { after, limit }: { after?: string; limit: number },
): Promise<{ files: CatalogueFile[]; next: string | null }> {
  const from = Number(after ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new PomsError('bad-request', { problem: 'The page to go on from is unknown.' });
  }
  const names = await sam.names(query);
  const page = names.slice(from, from + limit);
  const known = new Map((await sam.files(page)).map((file) => [file.file_name, file]));
  const files = page.flatMap((name) => known.get(name) ?? []).map(toFile);
  return { files, next: from + limit < names.length ? String(from + limit) : null };
}

/** Error 'not-found'. */
export async function oneFile(sam: SamServer, name: string): Promise<CatalogueFile> {
  const file = await sam.file(name);
  if (file === null) throw new PomsError('not-found', { kind: 'file', name });
  return toFile(file);
}

function toFile(file: SamFile): CatalogueFile {
  const { locations, ...metadata } = file;
  const created = new Date(typeof file['create_date'] === 'string' ? file['create_date'] : Number.NaN);
  return {
    name: file.file_name,
    size: file.file_size ?? null,
    events: file.event_count ?? null,
    created: Number.isNaN(created.getTime()) ? new Date(0) : created,
    locations: locationsIn(locations),
    metadata,
  };
}

/** Texts, or objects with `full_path` or `location`. */
function locationsIn(locations: unknown): string[] {
  if (!Array.isArray(locations)) return [];
  return locations.flatMap((one: unknown) => {
    if (typeof one === 'string') return [one];
    if (typeof one !== 'object' || one === null) return [];
    const path = ('full_path' in one && one.full_path) || ('location' in one && one.location);
    return typeof path === 'string' ? [path] : [];
  });
}

/** SAM tells the whole tree; it is cut here, generation by generation. Error 'not-found'. */
export async function fileLineage(
  sam: SamServer,
  name: string,
  direction: 'up' | 'down',
  { depth, limit }: { depth: number; limit: number },
): Promise<Lineage> {
  const tree = await sam.lineage(name, direction === 'up' ? 'ancestors' : 'descendants');
  if (tree === null) throw new PomsError('not-found', { kind: 'file', name });
  const nearer = (node: LineageAnswer) => (direction === 'up' ? node.parents : node.children) ?? [];
  // Some servers begin with the file itself.
  const [root] = tree;
  let generation = (root?.file_name === name && tree.length === 1 ? nearer(root) : tree).map((node) => ({
    node,
    via: name,
  }));
  const seen = new Set([name]);
  const found: Omit<LineageFile, 'located'>[] = [];
  let more = false;
  // One generation beyond those asked for is only looked at: is there one?
  for (let step = 1; step <= depth + 1 && generation.length > 0; step += 1) {
    const fresh = generation.filter(({ node: { file_name } }) => !seen.has(file_name) && seen.add(file_name));
    for (const { node, via } of fresh.sort((a, b) => (a.node.file_name < b.node.file_name ? -1 : 1))) {
      if (step <= depth && found.length < limit) {
        const retired = node.retired !== undefined && node.retired !== false;
        found.push({ name: node.file_name, depth: step, via, retired });
      } else more = true;
    }
    if (more) break;
    generation = fresh.flatMap(({ node }) =>
      nearer(node).map((next) => ({ node: next, via: node.file_name })),
    );
  }
  const located = new Set(
    (await sam.files(found.map((file) => file.name))).flatMap((file) =>
      locationsIn(file['locations']).length > 0 ? [file.file_name] : [],
    ),
  );
  return { files: found.map((file) => ({ ...file, located: located.has(file.name) })), more };
}
