/** The environment of a launch script as shell text, which its runner reads before it becomes the script. */
import { shellWord } from '../shell-words.ts';

/** Of one value, and of all: more the kernel does not give to a program (MAX_ARG_STRLEN; a quarter of the stack). */
const VALUE_BYTES = 128 * 1024 - 1;
const ENVIRONMENT_BYTES = 1 << 20;

/**
 * Values are quoted; `path` is the PATH as shell text, for it may hold what only the launch host knows. Throws a
 * RangeError for what no program can be given.
 */
export function environmentText(env: Readonly<Record<string, string>>, path: string): string {
  const lines = Object.entries(env).map(([name, value]) => {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new RangeError(`"${name}" is no name of a variable`);
    if (Buffer.byteLength(value) + name.length > VALUE_BYTES) throw new RangeError(`${name} is too long`);
    return `export ${name}=${shellWord(value)}\n`;
  });
  const text = `${lines.join('')}export PATH=${path}\n`;
  if (text.length > ENVIRONMENT_BYTES) throw new RangeError('its environment is too large');
  return text;
}
