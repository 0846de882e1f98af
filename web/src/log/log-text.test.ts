import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, begin, byteLength, linesOf, prepend } from './log-text.ts';

const ended = true;

describe('log text', () => {
  it('begins with a whole line when it opens within the log', () => {
    const log = begin({ text: 'lf a line\nsecond\n', offset: 100, size: 117, ended });
    expect(log).toMatchObject({ start: 110, end: 117, text: 'second\n' });
  });

  it('grows at its end, and begins again when the log was written anew', () => {
    const log = begin({ text: 'a\n', offset: 0, size: 2, ended: false });
    expect(append(log, { text: 'b\n', offset: 2, size: 4, ended })).toMatchObject({
      text: 'a\nb\n',
      end: 4,
      ended,
    });
    expect(append(log, { text: 'x', offset: 1, size: 1, ended }).text).not.toContain('a');
  });

  it('numbers lines from 1 when the beginning is loaded, else by byte, so that a label never changes', () => {
    expect(linesOf({ text: 'é\nb\n', start: 0 }).map((line) => line.label)).toEqual([1, 2]);
    expect(linesOf({ text: 'é\nb\n', start: 10 }).map((line) => line.label)).toEqual([10, 13]);
  });

  it('takes away terminal colours and marks what looks like an error', () => {
    const [red, calm] = linesOf({ text: '\u001b[31mERROR: no geometry\u001b[0m\nerrorless\n', start: 0 });
    expect(red).toMatchObject({ text: 'ERROR: no geometry', error: true });
    expect(calm).toMatchObject({ error: false });
  });

  it('is the whole log when its pieces are put together from the end', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .map((text) => `${text.replaceAll('\n', '')}\n`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), fc.nat(), (lines, where) => {
        const whole = lines.join('');
        const size = byteLength(whole);
        const cut = byteLength(lines.slice(0, where % lines.length).join(''));
        const bytes = new TextEncoder().encode(whole);
        const part = (from: number, to: number) =>
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, to));
        const tail = begin({ text: part(cut, size), offset: cut, size, ended });
        const all = prepend(tail, { text: part(0, tail.start), offset: 0, size, ended });
        expect(all.text).toBe(whole);
        expect(all).toMatchObject({ start: 0, end: size });
      }),
    );
  });
});
