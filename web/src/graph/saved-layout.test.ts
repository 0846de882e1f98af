import { describe, expect, it } from 'vitest';
import { savedLayout } from './saved-layout.ts';

const stages = [{ name: 'a' }, { name: 'b' }];

describe('saved positions', () => {
  it('are spread until the marks between cards have room', () => {
    const layout = savedLayout({ stages, positions: { a: { x: 0, y: 0 }, b: { x: 260, y: 0 } } });
    expect(layout?.positions.b?.x).toBeCloseTo(316);
  });

  it('stay where they are when there is room', () => {
    const positions = { a: { x: -50, y: 10 }, b: { x: 400, y: 30 } };
    expect(savedLayout({ stages, positions })?.positions).toEqual(positions);
  });

  it('count only when every stage has a place of its own', () => {
    expect(savedLayout({ stages, positions: { a: { x: 0, y: 0 } } })).toBeNull();
    expect(savedLayout({ stages, positions: { a: { x: 0, y: 0 }, b: { x: 0, y: 0 } } })).toBeNull();
  });
});
