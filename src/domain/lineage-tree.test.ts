import { expect, it } from 'vitest';
import { treeOrder } from './lineage-tree.ts';

const file = (name: string, via: string) => ({ name, via });

it('puts each file below the one through which it was found, in their order', () => {
  const files = [file('a', 'raw'), file('b', 'raw'), file('a1', 'a'), file('a2', 'a'), file('b1', 'b')];
  expect(treeOrder('raw', files).map(({ name }) => name)).toEqual(['a', 'a1', 'a2', 'b', 'b1']);
});

it('takes a line of 100,000 generations', () => {
  const line = Array.from({ length: 100_000 }, (_, n) => file(`${n + 1}`, `${n}`));
  expect(treeOrder('0', line)).toHaveLength(100_000);
});

it('leaves out what does not hang together', () => {
  expect(treeOrder('raw', [file('lost', 'nowhere')])).toEqual([]);
});
