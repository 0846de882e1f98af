import { describe, expect, it } from 'vitest';
import { roundedPath } from './path.ts';
import { type GraphEdge, heightOf, layersOf } from './structure.ts';

const edge = (from: string, to: string): GraphEdge => ({
  id: `${from}-${to}`,
  from,
  to,
  mark: '',
  files: [],
});

describe('layers of a campaign', () => {
  it('are the longest way from the beginning', () => {
    const layers = layersOf({
      stages: ['merge', 'a', 'b'],
      edges: [edge('a', 'b'), edge('b', 'merge'), edge('a', 'merge')],
    });
    expect([...layers]).toEqual(
      expect.arrayContaining([
        ['a', 0],
        ['b', 1],
        ['merge', 2],
      ]),
    );
  });

  it('end also when stages depend on each other in a circle', () => {
    const layers = layersOf({ stages: ['a', 'b'], edges: [edge('a', 'b'), edge('b', 'a')] });
    expect(layers.size).toBe(2);
  });

  it('tell the height before anything is drawn', () => {
    const one = heightOf({ stages: ['a', 'b'], edges: [edge('a', 'b')], repeating: new Set() });
    const two = heightOf({ stages: ['a', 'b'], edges: [], repeating: new Set() });
    expect(two).toBeGreaterThan(one);
  });
});

it('draws an edge from its first to its last point with round corners', () => {
  const path = roundedPath([
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 40 },
  ]);
  expect(path).toBe('M 0 0 L 42 0 Q 50 0 50 8 L 50 40');
  expect(roundedPath([])).toBe('');
});
