/** Lineage as a tree, for people: data handling tells it by generation. */

interface Found {
  name: string;
  /** The file one generation nearer through which it was found. */
  via: string;
}

/**
 * The files in the order of a tree that begins at `origin`: each below the one through which it was found. A file whose
 * way is not among them is left out.
 */
export function treeOrder<T extends Found>(origin: string, files: readonly T[]): T[] {
  const below = new Map<string, T[]>();
  for (const file of files) {
    const siblings = below.get(file.via);
    if (siblings === undefined) below.set(file.via, [file]);
    else siblings.push(file);
  }
  const ordered: T[] = [];
  // What waits its turn, the next one last: long lines of descent must not use up the stack.
  const waiting = (below.get(origin) ?? []).toReversed();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    ordered.push(file);
    waiting.push(...(below.get(file.name) ?? []).toReversed());
  }
  return ordered;
}
