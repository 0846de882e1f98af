/** Definitions of a SAM server. SAM never changes one: it can be renamed, and another made under its name. */
import { PomsError } from '../../../errors.ts';
import type { Dataset } from '../types.ts';
import { atOnce } from './at-once.ts';
import type { SamDefinition, SamServer } from './server.ts';

/**
 * Makes the definition, or leaves an equal one alone. One with another query is renamed first and stays under that
 * name, for snapshots and projects may be of it; where POMS dies in between, the next call makes what is missing. The
 * original deleted and made anew, and lost the definition when it died. Error `name-taken` where it may not `replace`.
 */
export async function define(sam: SamServer, name: string, query: string, replace: boolean): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    const there = await sam.definition(name);
    if (there !== null) {
      if (same(there.dimensions, query)) return;
      if (!replace) throw new PomsError('name-taken', { kind: 'definition', name });
      await sam.rename(name, `${name}_until_${Date.now()}`);
    }
    // Somebody else may have made one in between: then it is looked at again.
    if (await sam.create(name, query)) return;
  }
  throw new PomsError('name-taken', { kind: 'definition', name });
}

/** As far as it matters: blanks around words say nothing. */
function same(one: string, other: string): boolean {
  const bare = (text: string) => text.replace(/\s+/g, ' ').trim();
  return bare(one) === bare(other);
}

/** By name, a page at a time; SAM gives all names at once. */
export async function listDefinitions(
  sam: SamServer,
  { like, after, limit }: { like?: string; after?: string; limit: number },
): Promise<{ datasets: Dataset[]; next: string | null }> {
  const names = (await sam.definitions(like)).filter((name) => after === undefined || name > after).sort();
  const page = names.slice(0, limit);
  const found = await atOnce(page, (name) => sam.definition(name));
  const datasets = found.flatMap((one) => (one === null ? [] : [toDataset(one)]));
  return { datasets, next: names.length > limit ? (page.at(-1) ?? null) : null };
}

function toDataset({ defname, dimensions, description, username, create_time }: SamDefinition): Dataset {
  const created = create_time ? new Date(create_time) : null;
  return {
    name: defname,
    query: dimensions,
    description: description ?? null,
    created: created === null || Number.isNaN(created.getTime()) ? null : created,
    createdBy: username ?? null,
  };
}
