/** Values as words of a POSIX shell, so that a shell reads them back as they are (tenet 10). */

const PLAIN = /^[A-Za-z0-9_.,:@%+=/^-]+$/;

/** The text as one word. Throws a RangeError for a NUL, which no command can be given. */
export function shellWord(text: string): string {
  if (text.includes('\0')) throw new RangeError('A word of a command cannot hold a NUL character.');
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command and its arguments as one line. */
export function commandLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
