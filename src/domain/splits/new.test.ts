import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSplit, planSlice, type SliceCursor, sliceCount } from './index.ts';

const source = { dataset: 'ds', drain: 's1' };
const NOW = new Date('2024-05-01T12:00:00Z');
const seconds = (text: string) => Date.parse(text) / 1000;

describe('the split `new`', () => {
  it('begins one window and fts ago, rounded down', () => {
    const plan = planSlice(parseSplit('new(window=1d,round=1h,fts=30m)'), source, null, NOW);
    const from = seconds('2024-04-30T11:00:00Z');
    expect(plan).toEqual({
      kind: 'query',
      name: `ds_time_${from}__${from + 86_400}`,
      key: `ds_time_${from}__${from + 86_400}`,
      query:
        "defname: ds and end_time > '2024-04-30T11:00:00+0000' and end_time <= '2024-05-01T11:00:00+0000'",
      whenEmpty: 'skip',
      cursor: from + 86_400,
    });
  });

  it('waits until the next window has passed', () => {
    const split = parseSplit('new(window=1d)');
    const cursor = planSlice(split, source, null, NOW)?.cursor ?? null;
    expect(planSlice(split, source, cursor, NOW)).toBeNull();
    expect(planSlice(split, source, cursor, new Date(NOW.getTime() + 86_399_000))).toBeNull();
    expect(planSlice(split, source, cursor, new Date(NOW.getTime() + 86_400_000))).not.toBeNull();
  });

  it('catches up from firsttime, window after window, and stops at lasttime', () => {
    const split = parseSplit('new(window=1w,fts=0s,firsttime=2017-06-01,lasttime=2017-06-29)');
    const cursors: SliceCursor[] = [];
    for (let plan = planSlice(split, source, null, NOW); plan !== null && cursors.length < 10; ) {
      cursors.push(plan.cursor);
      plan = planSlice(split, source, plan.cursor, NOW);
    }
    expect(cursors).toEqual(
      ['2017-06-08', '2017-06-15', '2017-06-22', '2017-06-29'].map((day) => seconds(`${day}T00:00:00Z`)),
    );
    expect(sliceCount(split, source, null, NOW)).toBe(4);
  });

  it('plans nothing that begins after the last time, or before 1970', () => {
    expect(planSlice(parseSplit('new(firsttime=2030-01-01)'), source, null, NOW)).toBeNull();
    expect(planSlice(parseSplit('new(window=1w,lasttime=5)'), source, null, NOW)).toBeNull();
  });

  it('means the same instants in local time', () => {
    const [utc, local] = ['new', 'new(localtime=1)'].map((text) =>
      planSlice(parseSplit(text), source, null, NOW),
    );
    const instants = (plan: typeof utc) =>
      plan?.kind === 'query'
        ? [...plan.query.matchAll(/'(.+?)(\d\d)'/g)].map(([, start, end]) => Date.parse(`${start}:${end}`))
        : [];
    expect(instants(utc)).toHaveLength(2);
    expect(instants(local)).toEqual(instants(utc));
  });

  it('leaves no gap and no overlap, and no window reaches into the time files may still come', () => {
    const hours = fc.integer({ min: 1, max: 48 });
    fc.assert(
      fc.property(
        hours,
        hours,
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 }),
        (window, fts, waits) => {
          const split = parseSplit(`new(window=${window}h,fts=${fts}h,round=1h)`);
          let at = NOW.getTime();
          let cursor = null;
          for (const wait of waits) {
            at += wait * 3600_000;
            const plan = planSlice(split, source, cursor, new Date(at));
            if (plan === null) continue;
            const end = Number(plan.cursor);
            if (cursor !== null) expect(plan.key).toContain(`_time_${cursor}__`);
            expect(end - (cursor ?? end - window * 3600)).toBe(window * 3600);
            expect(end).toBeLessThanOrEqual(at / 1000 - fts * 3600);
            cursor = end;
          }
        },
      ),
    );
  });
});
