import { expect, it } from 'vitest';
import { STATUSES } from '../../../src/domain/status.ts';
import { KINDS, meaningOf, statusesOf } from './language.ts';

it('has a word of its own for every status of POMS', () => {
  for (const status of STATUSES) expect(meaningOf(status).hint).not.toBe(`Status ${status}`);
});

it('filters by kinds that together are all statuses, each once', () => {
  const all = KINDS.flatMap((kind) => statusesOf(kind).split(','));
  expect(all.sort()).toEqual([...STATUSES].sort());
});

it('shows a status it does not know by its name', () => {
  expect(meaningOf('Teleported').word).toBe('Teleported');
});
