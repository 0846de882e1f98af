import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byHandText } from './by-hand.ts';

const run = (text: string) => execFileSync('/bin/sh', { input: text, encoding: 'utf8' });
const script = (text: string, env: Record<string, string> = {}) =>
  byHandText(['/bin/sh'], { text, env, path: [] }, '"$PATH"');

describe('a launch by hand', () => {
  it('has the environment literally, and its commands cannot eat the script', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(value, (odd) => {
        expect(run(script('cat; printf %s "$ODD"\n', { ODD: odd }))).toBe(odd);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves secrets out', () => {
    const text = script("export MY_PASSWORD=open-sesame; curl -H 'Authorization: Bearer abc'", {
      VAULT_TOKEN: 'x123',
      PLAIN: 'shown',
    });
    expect(text).toContain('PLAIN=shown');
    expect(text).not.toMatch(/open-sesame|x123|Bearer abc/);
  });
});
