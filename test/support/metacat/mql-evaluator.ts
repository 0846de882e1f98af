/** Carries out parsed MQL over the files of the stand-in. Sets are in no order until `ordered`, as in MetaCat. */
import type { Condition, Query, Value } from './mql-parser.ts';
import type { StandInDataset, StandInFile } from './state.ts';

export interface Files {
  /** By fid. */
  files: ReadonlyMap<string, StandInFile>;
  byDid: ReadonlyMap<string, StandInFile>;
  /** By `namespace:name`. */
  datasets: ReadonlyMap<string, StandInDataset>;
  /** By fid: the fids of its children. */
  children: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The fids that the query finds; retired files are left out. */
export function evaluate(query: Query, world: Files): Set<string> {
  switch (query.kind) {
    case 'all':
      return kept(world.files.keys(), world);
    case 'fids':
      return kept(query.fids, world);
    case 'named':
      return kept(
        query.dids.flatMap((did) => world.byDid.get(did)?.fid ?? []),
        world,
      );
    case 'from':
      return kept(
        query.datasets.flatMap((name) => [...(world.datasets.get(name)?.files ?? [])]),
        world,
      );
    case 'union':
      return new Set(query.of.flatMap((one) => [...evaluate(one, world)]));
    case 'join': {
      const [first = new Set<string>(), ...others] = query.of.map((one) => evaluate(one, world));
      return new Set([...first].filter((fid) => others.every((other) => other.has(fid))));
    }
    case 'minus': {
      const right = evaluate(query.right, world);
      return new Set([...evaluate(query.left, world)].filter((fid) => !right.has(fid)));
    }
    case 'children':
      return kept(
        [...evaluate(query.of, world)].flatMap((fid) => [...(world.children.get(fid) ?? [])]),
        world,
      );
    case 'parents':
      return kept(
        [...evaluate(query.of, world)].flatMap((fid) => world.files.get(fid)?.parents ?? []),
        world,
      );
    case 'ordered':
      return new Set([...evaluate(query.of, world)].sort());
    case 'limit':
      return new Set([...evaluate(query.of, world)].slice(0, query.count));
    case 'skip':
      return new Set([...evaluate(query.of, world)].sort().slice(query.count));
    case 'where':
      return new Set(
        [...evaluate(query.of, world)].filter((fid) => {
          const file = world.files.get(fid);
          return file !== undefined && holds(query.condition, file);
        }),
      );
  }
}

function kept(fids: Iterable<string>, world: Files): Set<string> {
  return new Set([...fids].filter((fid) => world.files.get(fid)?.retired === false));
}

function holds(condition: Condition, file: StandInFile): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((one) => holds(one, file));
    case 'or':
      return condition.of.some((one) => holds(one, file));
    case 'not':
      return !holds(condition.of, file);
    case 'present':
      return valueAt(condition.key, file) !== undefined;
    case 'contains': {
      const list = valueAt(condition.key, file);
      return Array.isArray(list) && list.includes(condition.value);
    }
    case 'one-of':
      return condition.values.some((value) => value === valueAt(condition.key, file));
    case 'range':
      return some(
        condition,
        file,
        (value) => compare(value, '>=', condition.low) && compare(value, '<=', condition.high),
      );
    case 'compare':
      return some(condition, file, (value) => compare(value, condition.operator, condition.value));
  }
}

function some(
  { key, index }: { key: string; index: 'any' | 'all' | number | null },
  file: StandInFile,
  test: (value: unknown) => boolean,
): boolean {
  const value = valueAt(key, file);
  if (index === null) return test(value);
  if (!Array.isArray(value)) return false;
  if (index === 'any') return value.some(test);
  return index === 'all' ? value.every(test) : test(value[index]);
}

/** A key with a dot is metadata, one without is an attribute of the file. */
function valueAt(key: string, file: StandInFile): unknown {
  if (key.includes('.')) return file.metadata[key];
  const { fid, namespace, name, size, creator, created } = file;
  const attributes: Record<string, unknown> = {
    fid,
    id: fid,
    namespace,
    name,
    size,
    creator,
    created_timestamp: created,
  };
  return attributes[key];
}

function compare(value: unknown, operator: string, wanted: Value): boolean {
  if (operator.includes('~')) {
    const found =
      typeof value === 'string' && new RegExp(String(wanted), operator.endsWith('*') ? 'i' : '').test(value);
    return operator.startsWith('!') ? !found : found;
  }
  if (typeof value !== typeof wanted) return false;
  const left = value as Value;
  switch (operator) {
    case '=':
    case '==':
      return left === wanted;
    case '!=':
      return left !== wanted;
    case '<':
      return left < wanted;
    case '<=':
      return left <= wanted;
    case '>':
      return left > wanted;
    default:
      return left >= wanted;
  }
}
