import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, count, counted, percent } from './numbers.ts';
import { absolute, ago, duration, span } from './time.ts';

describe('numbers', () => {
  it('writes counts with thin spaces', () => {
    expect(count(999)).toBe('999');
    expect(count(1234567)).toBe('1\u202f234\u202f567');
    expect(counted(1, 'job')).toBe('1 job');
    expect(counted(2, 'launch', 'launches')).toBe('2 launches');
  });

  it('never says 100% of what is not everything, nor 0% of what is something', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (share) => {
        expect(['0%', '100%']).not.toContain(percent(share));
      }),
    );
    expect(percent(0)).toBe('0%');
    expect(percent(1)).toBe('100%');
    expect(percent(0.004)).toBe('0.4%');
    expect(percent(0.9996)).toBe('>99.9%');
  });

  it('writes bytes in powers of 1000 and never 1000 of a unit', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(3_213_450_000)).toBe('3.2 GB');
    expect(bytes(999_999)).toBe('1.0 MB');
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(bytes(value)).not.toMatch(/^1000/);
      }),
    );
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');

  it('is relative under 24 h and absolute with the zone beyond', () => {
    expect(ago('2026-11-24T11:59:55Z', now)).toBe('just now');
    expect(ago('2026-11-24T11:57:00Z', now)).toBe('3 min ago');
    expect(ago('2026-11-23T12:00:01Z', now)).toBe('23 h ago');
    expect(ago('2026-11-23T12:00:00Z', now, 'UTC')).toBe('2026-11-23 12:00 UTC');
    expect(ago('2026-11-24T14:00:00Z', now)).toBe('in 2 h');
    expect(ago(new Date(now + 10_000).toISOString(), now)).toBe('just now');
  });

  it('keeps apart the two hours that have the same clock time when summer time ends', () => {
    expect(absolute('2026-11-01T06:30:00Z', 'America/Chicago')).toBe('2026-11-01 01:30 CDT');
    expect(absolute('2026-11-01T07:30:00Z', 'America/Chicago')).toBe('2026-11-01 01:30 CST');
  });

  it('writes durations with at most two units', () => {
    expect(duration(0.44)).toBe('0.4 s');
    expect(duration(41.9)).toBe('41 s');
    expect(duration(8040)).toBe('2 h 14 min');
    expect(duration(7200)).toBe('2 h');
    expect(duration(95)).toBe('1 min 35 s');
    expect(duration(273_600)).toBe('3 d 4 h');
    expect(duration(-5)).toBe('0 s');
  });

  it('counts an open span up to now', () => {
    expect(span('2026-11-24T11:00:00Z', null, now)).toBe('1 h');
    expect(span('2026-11-24T11:00:00Z', '2026-11-24T11:00:30Z', now)).toBe('30 s');
  });
});
