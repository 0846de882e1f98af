import { describe, expect, it } from 'vitest';
import { createLinkHealth } from './link-health.ts';

function at(seconds: number): Date {
  return new Date(seconds * 1000);
}

describe('the health of a link', () => {
  let now = 0;
  const link = () => {
    now = 0;
    return createLinkHealth(() => at(now));
  };
  const pause = (health: ReturnType<typeof link>) =>
    ((health.state()?.nextTry.getTime() ?? 0) - now * 1000) / 1000;

  it('is unknown before the first call', () => {
    expect(link().state()).toBeNull();
  });

  it('is left alone after a failure, each time twice as long, up to two minutes', () => {
    const health = link();
    const pauses = Array.from({ length: 7 }, () => {
      health.failed('away');
      const seconds = pause(health);
      now += seconds;
      return seconds;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 80, 120, 120]);
    expect(health.state()).toMatchObject({ reachable: false, since: at(0), problem: 'away' });
  });

  it('counts calls that fail together as one failure', () => {
    const health = link();
    for (let n = 0; n < 8; n++) health.failed(`away ${n}`);
    expect(health.state()).toMatchObject({ problem: 'away 7', nextTry: at(5) });
  });

  it('is well again with the first answer, since then', () => {
    const health = link();
    health.failed('away');
    now = 30;
    health.answered();
    now = 40;
    health.answered();
    expect(health.state()).toMatchObject({ reachable: true, since: at(30), problem: null, checked: at(40) });
    health.failed('away again');
    expect(pause(health)).toBe(5);
  });
});
