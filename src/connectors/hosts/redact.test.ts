import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_PENDING, type RedactorState, redact, redactPiece } from './redact.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl-_x';
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC\nAQEA7bq\n-----END RSA PRIVATE KEY-----';

/** Redacts pieces as they come, cut at these places. */
function inPieces(text: string, cuts: number[]): string {
  let state: RedactorState = { ...NOTHING_PENDING };
  let out = '';
  const places = [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  places.forEach((end, number) => {
    const piece = redactPiece(state, text.slice(places[number - 1] ?? 0, end), number === places.length - 1);
    state = piece.state;
    out += piece.text;
  });
  return out;
}

describe('redact', () => {
  it.each([
    [`token: ${JWT} end`, 'token: [redacted] end'],
    [
      'vault hvs.CAESIJ1234567890abc, s.abcdefghijklmnopqrstuvwx.',
      'vault [redacted], s.abcdefghijklmnopqrstuvwx.',
    ],
    ['got s.abcdefghijklmnopqrstuvwx now', 'got [redacted] now'],
    ['curl -H "Authorization: Bearer abc123" https://x', 'curl -H "Authorization: [redacted]" https://x'],
    ["export DB_PASSWORD='two words'\nnext", 'export DB_PASSWORD=[redacted]\nnext'],
    ['MY_TOKEN_FILE=/tmp/x other\nB=1', 'MY_TOKEN_FILE=[redacted]\nB=1'],
    [`before ${KEY} after`, 'before [redacted private key] after'],
  ])('takes the secret out of %j', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it('leaves ordinary output alone', () => {
    const text =
      'Submitted 3 job(s) to cluster 17@local\nPOMS4_BATCH_ID=17@local\nfiles. s.dat eyJust a word = 5\n';
    expect(redact(text)).toBe(text);
  });

  it('finds secrets wherever the output is cut', () => {
    const words = fc.constantFrom(
      JWT,
      'hvs.CAESIJ1234567890abc',
      `A_SECRET=${JWT}`,
      KEY,
      'plain',
      '\n',
      ' ',
      'Authorization: Bearer zzzz',
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 12 }),
        fc.array(fc.nat(2000), { maxLength: 8 }),
        (parts, cuts) => {
          const text = parts.join(' ');
          const pieces = inPieces(text, cuts);
          expect(pieces).toBe(redact(text));
          expect(pieces).not.toMatch(/c2lnbmF0|CAESIJ|MIIEp|AQEA7|zzzz/);
        },
      ),
    );
  });

  it('lets a line without end go on after 64 kB, and drops what follows a secret that was cut', () => {
    const state = redactPiece({ ...NOTHING_PENDING }, 'x'.repeat(70_000), false);
    expect(state.text).toHaveLength(70_000);
    const cut = redactPiece({ ...NOTHING_PENDING }, `A_TOKEN=${'y'.repeat(70_000)}`, false);
    expect(cut.text).toBe('A_TOKEN=[redacted]');
    expect(redactPiece(cut.state, 'yyy\nnext\n', false).text).toBe('\nnext\n');
  });

  it('shows again what follows a private key whose end never comes', () => {
    const text = `-----BEGIN PRIVATE KEY-----\n${'line\n'.repeat(20_000)}end`;
    expect(redact(text)).toMatch(/^\[redacted private key\][line\n]+end$/);
  });

  it('takes linear time on text that is made to be slow', () => {
    const begun = process.cpuUsage();
    for (const part of ['eyJ', 'TOKEN', 'a', 'A_TOKEN', 's.', '-----BEGIN '])
      redact(part.repeat(1_000_000 / part.length));
    expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000);
  });
});
