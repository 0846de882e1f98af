import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, shellWord } from './shell-words.ts';

describe('words of a shell', () => {
  it('leaves plain words as a person would write them', () => {
    expect(commandLine(['condor_q', '-name', 'pool@host', 'a b'])).toBe("condor_q -name pool@host 'a b'");
  });

  it('come back from a shell as they were, whatever is in them', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((word) => !/[\0\ud800-\udfff]/.test(word));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (words) => {
        const back = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${commandLine(words)}`], {
          encoding: 'utf8',
        });
        expect(back.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a NUL', () => {
    expect(() => shellWord('a\0b')).toThrow('NUL');
  });
});
