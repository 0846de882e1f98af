import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tellingLine } from './telling-line.ts';

it.each<[string, string, string]>([
  ['the last line where none speaks of an error', 'reading\nlooking\nstopped here\n\n', 'stopped here'],
  [
    'an error before what came after it',
    'ERROR: no calibration for run 7\ncleaning up\nbye\n',
    'ERROR: no calibration for run 7',
  ],
  [
    'the exception of a traceback, not where it was raised',
    'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    raise ValueError("bad run")\nValueError: bad run\n',
    'ValueError: bad run',
  ],
  [
    'the innermost cause of a Java exception',
    'Exception in thread "main" java.lang.RuntimeException: job\n\tat a.ErrorHandler.b(C.java:3)\nCaused by: java.io.IOException: disk quota exceeded\n\t... 12 more\n',
    'Caused by: java.io.IOException: disk quota exceeded',
  ],
  [
    'what is fatal before what failed because of it',
    'Fatal Exception caught: art::EventProcessorFailure\nfailed to remove temporary files\n',
    'Fatal Exception caught: art::EventProcessorFailure',
  ],
  [
    'the reason, not the echo of it',
    'cp: cannot stat in.root: No such file or directory\njob exited with error code 1\n',
    'cp: cannot stat in.root: No such file or directory',
  ],
  ['an echo before nothing at all', 'working\nexited with status 3\n', 'exited with status 3'],
  ['no count of no errors', 'Error: disk full\nSummary: 0 errors, failed: 0\n', 'Error: disk full'],
  ['no command that a shell echoes', '+ grep -c error log\nbroken pipe\n', 'broken pipe'],
  ['without colours', '\u001b[31mERROR\u001b[0m no beam\n', 'ERROR no beam'],
])('%s', (_, text, line) => {
  expect(tellingLine(text)).toBe(line);
});

it('blank text has none, and half a line at the beginning is left out', () => {
  expect(tellingLine(' \n\r\n\t')).toBeNull();
  expect(tellingLine('rror: half\nfine\n', { cut: true })).toBe('fine');
});

it('any text gives a line of it that is short, on one line, and fit for a database, in linear time', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 20 }), (lines) => {
      const line = tellingLine(lines.join('\n'));
      expect(line === null || (line.length > 0 && line.length <= 500)).toBe(true);
      expect(line ?? '').not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
    }),
  );
  const begun = performance.now();
  for (const one of ['error ', 'a.', 'A', ' ', 'exit ', '+', 'no ', 'assertion '])
    tellingLine(`${one.repeat(5000)}\n`.repeat(50));
  expect(performance.now() - begun).toBeLessThan(1000);
});
