import { describe, expect, it } from 'vitest';
import { effectsOf, OFTEN, parseChange } from './change-effects.ts';
import { keys } from './keys.ts';

describe('changes on the event stream', () => {
  it('renews the page, the lists and the campaign of a submission', () => {
    const effects = effectsOf('demo', { kind: 'submission', campaignId: 1, id: 7 });
    const often = effects.filter((effect) => effect.every === OFTEN).map((effect) => effect.key);
    expect(often).toContainEqual(keys.submission('demo', 7));
    expect(often).toContainEqual(keys.submissions('demo'));
    expect(often).toContainEqual(keys.campaignViews('demo'));
  });

  it('counts the files of a campaign anew far less often: it takes data handling long', () => {
    const effects = effectsOf('demo', { kind: 'submission', campaignId: 1, id: 7 });
    expect(effects.find(({ key }) => key[2] === 'file-report')?.every).toBeGreaterThan(10 * OFTEN);
  });

  it('touches nothing of another experiment', () => {
    for (const kind of ['submission', 'launch', 'campaign', 'hold', 'job-action'] as const) {
      for (const { key } of effectsOf('demo', { kind, campaignId: 1, id: 7 })) expect(key[1]).toBe('demo');
    }
  });

  it('reads changes and leaves alone what it does not know', () => {
    expect(parseChange('{"kind":"launch","campaignId":3,"id":9}')).toEqual({
      kind: 'launch',
      campaignId: 3,
      id: 9,
    });
    expect(parseChange('{"kind":"weather","id":9}')).toBeNull();
    expect(parseChange('not json')).toBeNull();
  });
});
