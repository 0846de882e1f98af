import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPlace,
  type LaunchRule,
  needsAdministrator,
  OWN_ACCOUNT,
  type Runner,
  runnerOf,
  runnersOf,
} from './launch-rules.ts';

const PRODUCTION: LaunchRule = {
  role: 'production',
  hosts: ['demogpvm*.example.org'],
  accounts: ['demopro', 'demoraw'],
};
const ANALYSIS: LaunchRule = {
  role: 'analysis',
  hosts: ['shared.example.org'],
  accounts: [OWN_ACCOUNT, 'demoana'],
};
const production: Runner = { role: 'production', own: null };
const ann: Runner = { role: 'analysis', own: 'ann' };

function allows(
  place: string,
  runners: Runner[],
  {
    rules = [PRODUCTION, ANALYSIS],
    openLocalHost = false,
  }: { rules?: LaunchRule[]; openLocalHost?: boolean } = {},
): boolean {
  const [account = '', host = ''] = place.split('@');
  try {
    checkPlace({ experiment: 'demo', rules, openLocalHost }, { host, account }, runners);
    return true;
  } catch {
    return false;
  }
}

describe('launch rules', () => {
  it.each([
    ['demopro@demogpvm01.example.org', true, 'a host that matches'],
    ['demopro@DemoGpvm01.Example.ORG', true, 'hosts have no case'],
    ['demoraw@demogpvm.example.org', true, 'a * may stand for nothing'],
    ['root@demogpvm01.example.org', false, 'another account'],
    ['Demopro@demogpvm01.example.org', false, 'accounts have case'],
    ['demopro@othergpvm01.example.org', false, 'another host'],
    ['demopro@demogpvm.evil.example.org', false, 'a * does not stand for a dot'],
    ['demopro@demogpvm01.example.org.evil.net', false, 'more than the pattern'],
    ['demoana@shared.example.org', false, 'the place of another role'],
    ['demopro@shared.example.org', false, 'host and account of two rules'],
  ])('production on %s: %s (%s)', (place, allowed) => {
    expect(allows(place, [production])).toBe(allowed);
  });

  it('give analysis the account of its own name and no other person’s', () => {
    expect(allows('ann@shared.example.org', [ann])).toBe(true);
    expect(allows('demoana@shared.example.org', [ann])).toBe(true);
    expect(allows('abe@shared.example.org', [ann])).toBe(false);
    expect(allows('demopro@demogpvm01.example.org', [ann])).toBe(false);
  });

  it('let what several people may change use no account of one of them', () => {
    const shared = runnerOf({ creatorRole: 'production', creator: 'prod', voRole: 'analysis' });
    expect(allows('prod@shared.example.org', [shared])).toBe(false);
    expect(allows('demoana@shared.example.org', [shared])).toBe(true);
  });

  it('take a stage of analysis as analysis, whatever role it states', () => {
    const stage = runnerOf({ creatorRole: 'analysis', creator: 'ann', voRole: 'production' });
    expect(stage).toEqual(ann);
  });

  it('let production make login setups for stages of either role', () => {
    const runners = runnersOf({ creatorRole: 'production', creator: 'prod' });
    expect(allows('demopro@demogpvm01.example.org', runners)).toBe(true);
    expect(allows('demoana@shared.example.org', runners)).toBe(true);
    expect(runnersOf({ creatorRole: 'analysis', creator: 'ann' })).toEqual([ann]);
  });

  it('reach this machine only where it is named, or is open', () => {
    const rule = (hosts: string[]): LaunchRule => ({ role: 'production', hosts, accounts: ['me'] });
    for (const host of ['local', 'localhost']) {
      expect(allows(`me@${host}`, [production], { rules: [rule(['*', 'loc*', 'local*'])] })).toBe(false);
      expect(allows(`me@${host}`, [production], { rules: [rule([host])] })).toBe(true);
      expect(allows(`anybody@${host}`, [ann], { rules: [], openLocalHost: true })).toBe(true);
    }
    expect(allows('me@other', [production], { rules: [], openLocalHost: true })).toBe(false);
  });

  it('say what they allow', () => {
    const policy = { experiment: 'demo', rules: [PRODUCTION, ANALYSIS], openLocalHost: false };
    const place = { host: 'x', account: 'y' };
    expect(() => checkPlace(policy, place, [production])).toThrow(
      'demo may not launch as y on x; its launch rules allow demopro or demoraw on demogpvm*.example.org (production).',
    );
    expect(() => checkPlace({ ...policy, rules: [] }, place, [production])).toThrow(/allow nothing\.$/);
  });

  const part = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  it('match a name by the pattern that is made of it, and never across parts', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), fc.nat(3), fc.nat(8), (parts, at, cut) => {
        const pattern = parts.map((text, i) => (i === at ? `${text.slice(0, cut)}*` : text)).join('.');
        const rules: LaunchRule[] = [{ role: 'production', hosts: [pattern], accounts: ['me'] }];
        expect(allows(`me@${parts.join('.')}`, [production], { rules })).toBe(true);
        expect(allows(`me@${parts.join('.')}.x`, [production], { rules })).toBe(false);
        expect(allows(`me@x.${parts.join('.')}`, [production], { rules })).toBe(false);
      }),
    );
  });

  it('need an administrator for this machine and for accounts that are not by name the experiment’s', () => {
    const rule = (host: string, account: string): LaunchRule => ({
      role: 'analysis',
      hosts: ['a.example.org', host],
      accounts: ['demoana', account],
    });
    expect(needsAdministrator('demo', rule('*.example.org', 'demopro'))).toBe(false);
    expect(needsAdministrator('demo', rule('*.example.org', OWN_ACCOUNT))).toBe(false);
    expect(needsAdministrator('demo', rule('local', 'demopro'))).toBe(true);
    expect(needsAdministrator('demo', rule('LocalHost', 'demopro'))).toBe(true);
    expect(needsAdministrator('demo', rule('b.example.org', 'otherpro'))).toBe(true);
    expect(needsAdministrator('sbn', rule('b.example.org', 'sbndpro'))).toBe(true);
  });
});
