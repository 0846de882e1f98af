/** What applying a file would change. */
import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../schema.ts';
import type { CampaignDefinition } from './definition.ts';

type Kind = Change['kind'];
type Fields = Record<string, unknown>;

/** The changes that make `after` of `before`; null: it does not exist yet. */
export function difference(before: CampaignDefinition | null, after: CampaignDefinition): Change[] {
  const header = ({ stages: _, dependencies: __, tags: ___, ...fields }: CampaignDefinition): Fields =>
    fields;
  return [
    ...objectChanges('campaign', after.name, before === null ? null : header(before), header(after)),
    ...listChanges('tag', before?.tags ?? [], after.tags, (tag) => tag),
    ...listChanges('stage', before?.stages ?? [], after.stages, (stage) => stage.name),
    ...listChanges(
      'dependency',
      before?.dependencies ?? [],
      after.dependencies,
      ({ from, to }) => `${from} → ${to}`,
    ),
  ];
}

/** Additions, changes field by field, removals. */
export function listChanges<T>(
  kind: Kind,
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
): Change[] {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const wanted = new Set(after.map(nameOf));
  return [
    ...after.flatMap((item) =>
      objectChanges(kind, nameOf(item), fieldsOf(old.get(nameOf(item))), fieldsOf(item) ?? {}),
    ),
    ...[...old.keys()]
      .filter((name) => !wanted.has(name))
      .map((name): Change => ({ what: 'remove', kind, name })),
  ];
}

const fieldsOf = (item: unknown): Fields | null =>
  item === undefined ? null : typeof item === 'object' && item !== null ? { ...item } : {};

/** One `add`, or one `change` a field that differs. Only fields of `after` are compared. */
export function objectChanges(kind: Kind, name: string, before: Fields | null, after: Fields): Change[] {
  if (before === null) return [{ what: 'add', kind, name }];
  return Object.keys(after)
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ what: 'change', kind, name, field, before: before[field], after: after[field] }));
}
