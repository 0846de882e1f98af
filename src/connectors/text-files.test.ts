import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { pageOf, pageStart, readPage } from './text-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'poms-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('gives pages that together are the text, whatever their size', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.integer({ min: 4, max: 20 }),
      (text, limit) => {
        const bytes = Buffer.from(text);
        let read = '';
        while (Buffer.byteLength(read) < bytes.length) {
          const from = Buffer.byteLength(read);
          const page = pageOf(bytes.subarray(from, from + limit), from, bytes.length);
          expect(page.offset).toBe(from);
          expect(page.text).not.toBe('');
          read += page.text;
        }
        expect(read).toBe(text);
      },
    ),
  );
});

it('begins a page from the end between two characters', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      (text, back) => {
        const bytes = Buffer.from(text);
        const from = pageStart(-back, bytes.length);
        const page = pageOf(bytes.subarray(from), from, bytes.length);
        expect(text.endsWith(page.text)).toBe(true);
        expect(page.offset + Buffer.byteLength(page.text)).toBe(bytes.length);
      },
    ),
  );
});

it('reads what is there of a file, and nothing of one that is not there yet', async () => {
  const path = join(folder, 'log');
  expect(await readPage(path, 0, 10)).toEqual({ text: '', offset: 0, size: 0 });
  writeFileSync(path, 'one\ntwo\n');
  expect(await readPage(path, 4, 100)).toEqual({ text: 'two\n', offset: 4, size: 8 });
  expect(await readPage(path, 50, 100)).toEqual({ text: '', offset: 8, size: 8 });
  expect(await readPage(path, -50, 3)).toEqual({ text: 'one', offset: 0, size: 8 });
});
