import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeSlots } from './launch-places.ts';

describe('launches at a time', () => {
  it('are limited for each host, and a full one does not keep others waiting', () => {
    const settings = { launchesPerHost: 8, hostLaunches: new Map([['farm', 2]]) };
    expect(freeSlots(settings, [])).toEqual({ fullHosts: [], free: 2 });
    expect(freeSlots(settings, ['farm', 'farm'])).toEqual({ fullHosts: ['farm'], free: 8 });
    expect(freeSlots(settings, ['farm', 'farm', 'local'])).toEqual({ fullHosts: ['farm'], free: 7 });
    expect(freeSlots(settings, Array(8).fill('local'))).toEqual({ fullHosts: ['local'], free: 2 });
  });

  it('never exceed a limit, whichever of the hosts the claimed ones are for, and all hosts are used in the end', () => {
    const host = fc.constantFrom('a', 'b', 'c', 'local');
    const limits = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 9 }), fc.array(host), (named, others, wanted) => {
        const settings = { launchesPerHost: others, hostLaunches: new Map(Object.entries(named)) };
        const running: string[] = [];
        let queue = wanted;
        for (;;) {
          const { fullHosts, free } = freeSlots(settings, running);
          const claimed = queue.filter((one) => !fullHosts.includes(one)).slice(0, free);
          if (claimed.length === 0) break;
          for (const one of claimed) queue = queue.toSpliced(queue.indexOf(one), 1);
          running.push(...claimed);
        }
        for (const one of ['a', 'b', 'c', 'local']) {
          const many = wanted.filter((other) => other === one).length;
          const here = running.filter((other) => other === one).length;
          expect(here).toBe(Math.min(many, named[one] ?? others));
        }
      }),
    );
  });
});
