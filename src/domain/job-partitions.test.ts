import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsPartition, partitionWidth } from './job-partitions.ts';

const now = new Date('2026-03-01T00:00:00Z');
const days = (n: number) => new Date(now.getTime() - n * 86_400_000);

describe('partitions of jobs', () => {
  it('hold about a month of submissions', () => {
    expect(partitionWidth({ submissions: 20_000, since: days(10), now })).toBe(60_000);
    expect(partitionWidth({ submissions: 5, since: days(300), now })).toBe(1000);
  });

  it('are of whole thousands and never too wide, even when all came at this moment', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.integer({ min: -1, max: 4000 }), (submissions, age) => {
        const width = partitionWidth({ submissions, since: days(age), now });
        expect(width % 1000).toBe(0);
        expect(width).toBeGreaterThanOrEqual(1000);
        expect(width).toBeLessThanOrEqual(250_000);
      }),
    );
  });

  it('are made before they are needed', () => {
    expect(needsPartition(2000, 999, 1000)).toBe(false);
    expect(needsPartition(2000, 1000, 1000)).toBe(true);
    expect(needsPartition(2000, 2500, 1000)).toBe(true);
  });
});
