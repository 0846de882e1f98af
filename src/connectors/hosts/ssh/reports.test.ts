import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReports } from './reports.ts';

const question = (launchId: number, offset = 0) => ({ launchId, offset, limit: 100, free: 0 });
const now = new Date('2026-03-01T12:00:00Z');

describe('what the far side answers about runs', () => {
  it('is read in the order of the questions, bytes as they are, whatever they look like', () => {
    const output = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    fc.assert(
      fc.property(fc.array(output, { maxLength: 5 }), (outputs) => {
        const odd = outputs.map((one, n) => (n % 2 === 0 ? one : `7 running - 1 1 1 1 1\n${one}`));
        const text = odd.map((one, n) => `${n} running - 100 90 0 500 ${one.length}\n${one}`).join('');
        const reports = parseReports(
          text,
          odd.map((_, n) => question(n, 3)),
          now,
        );
        expect(reports.map(({ bytes }) => bytes.toString('latin1'))).toEqual(odd);
        expect(reports.every(({ size, offset }) => size === 500 && offset === 3)).toBe(true);
      }),
    );
  });

  it('has times by the clock of this machine, however wrong the one there is', () => {
    const [report] = parseReports('4 ended 3 1000 940 970 0 0\n', [question(4)], now);
    expect(report?.run).toEqual({
      state: 'ended',
      exitCode: 3,
      startedAt: new Date('2026-03-01T11:59:00Z'),
      endedAt: new Date('2026-03-01T11:59:30Z'),
    });
  });

  it.each([
    ['nothing', ''],
    ['garbage', 'Welcome to farm!\n'],
    ['another run', '5 never-started - 1 0 0 0 0\n'],
    ['half of the bytes', '4 running - 1 1 0 10 10\nabc'],
  ])('that is %s is refused', (_, text) => {
    expect(() => parseReports(text, [question(4)], now)).toThrow('no answer about its runs');
  });
});
