import { expect, it } from 'vitest';
import { arrange } from './frozen-rows.ts';

const id = (row: { id: string; value?: number }) => row.id;
const rows = (...ids: string[]) => ids.map((one) => ({ id: one }));

it('shows all rows as they come while nobody points at them', () => {
  expect(arrange(rows('c', 'a'), null, id)).toEqual({ shown: rows('c', 'a'), fresh: 0 });
});

it('keeps places, renews values, and lets new rows wait', () => {
  const next = [{ id: 'new' }, { id: 'b', value: 2 }, { id: 'a', value: 1 }];
  expect(arrange(next, ['a', 'b'], id)).toEqual({
    shown: [
      { id: 'a', value: 1 },
      { id: 'b', value: 2 },
    ],
    fresh: 1,
  });
});

it('takes the next page of the list at once', () => {
  expect(arrange(rows('a', 'b', 'c', 'd'), ['a', 'b'], id)).toEqual({
    shown: rows('a', 'b', 'c', 'd'),
    fresh: 0,
  });
});

it('lets go of rows that are gone', () => {
  expect(arrange(rows('b'), ['a', 'b'], id)).toEqual({ shown: rows('b'), fresh: 0 });
});
