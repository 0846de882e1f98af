import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signatureOf } from './signature.ts';

it.each([
  ['cannot open /data/run7/file_12.root: No such file', 'cannot open <path>: No such file'],
  ['node12.example.org: timed out after 30.5 s', '<host>: timed out after # s'],
  ['2026-11-24T08:39:06Z ERROR at 0x7ffde120 in event 88', '<time> ERROR at <id> in event #'],
  ['read 12345678 of 9 bytes', 'read # of # bytes'],
  ['job 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost', 'job <id> lost'],
  ['java.lang.NullPointerException   in\tslot3', 'java.lang.NullPointerException in slot#'],
  ['connect to 131.225.1.2:9618 failed.', 'connect to <host> failed.'],
  ['via condor_rm (by user me@farm.example)', 'via condor_rm (by user <address>)'],
])('%s', (message, signature) => {
  expect(signatureOf(message)).toBe(signature);
});

it('the signature of a signature is itself, short, and fit for a database', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '/a/b',
      'x.y.com',
      'a.b.longwordthatiscut',
      '12:30',
      '1e5',
      'a1b2c3',
      '#',
      '##a#',
      '<path>',
      '\0',
      ' ',
      '(',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const once = signatureOf(pieces.join(''));
      expect(signatureOf(once)).toBe(once);
      expect(once.length).toBeLessThanOrEqual(300);
      expect(once).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
    }),
    { numRuns: 500 },
  );
});

it('messages that differ only in paths, numbers and hosts have the same signature', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const facts = fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`),
    number: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(String),
    host: fc.tuple(name, fc.nat(999), name).map(([a, n, b]) => `${a}${n}.${b}.org`),
  });
  const words = (one: { path: string; number: string; host: string }) =>
    signatureOf(`Error on ${one.host}: cannot read ${one.path} (${one.number} bytes)`);
  fc.assert(
    fc.property(facts, facts, (a, b) => {
      expect(words(a)).toBe(words(b));
    }),
  );
});

it('takes time linear in the message', () => {
  const begun = performance.now();
  for (const one of ['a.', '1', '-', '(', 'a1', 'f']) signatureOf(one.repeat(1_000_000));
  expect(performance.now() - begun).toBeLessThan(1000);
});
