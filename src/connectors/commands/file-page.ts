/** A page of a text file where commands run: on this machine, or on another over ssh. */
import { PomsError } from '../../errors.ts';
import { pageOf } from '../text-files.ts';
import type { Commands } from './types.ts';

/** In base64, for a page may begin and end within a character. The file may grow meanwhile. */
const SCRIPT = `
[ -e "$1" ] || exit 44
[ -f "$1" ] && [ -r "$1" ] || exit 43
size=$(wc -c < "$1") || exit
size=$((size)) from=$2
if [ "$from" -lt 0 ]; then from=$((size + from)); fi
if [ "$from" -lt 0 ]; then from=0; fi
if [ "$from" -gt "$size" ]; then from=$size; fi
echo "$size $from"
tail -c "+$((from + 1))" -- "$1" | head -c "$3" | base64`;

/**
 * At most `limit` bytes from `offset`; a negative offset counts from the end. A file that is not there yet is empty.
 * Throws `outside-system` where it may not be read.
 */
export async function readFilePage(
  commands: Commands,
  path: string,
  offset: number,
  limit: number,
): Promise<{ text: string; offset: number; size: number }> {
  const answer = await commands.run(['sh', '-c', SCRIPT, 'sh', path, String(offset), String(limit)]);
  if (answer.exitCode === 44) return { text: '', offset: 0, size: 0 };
  const [head = '', ...rest] = answer.stdout.split('\n');
  const numbers = /^(\d+) (\d+)$/.exec(head);
  if (answer.exitCode !== 0 || numbers === null) {
    const problem =
      answer.exitCode === 43 ? 'the account may not read it' : answer.stderr.trim().slice(0, 300);
    throw new PomsError('outside-system', { system: `${path} on ${commands.where}`, problem });
  }
  const bytes = Buffer.from(rest.join(''), 'base64');
  const [size, from] = [Number(numbers[1]), Number(numbers[2])];
  return pageOf(bytes, from, Math.max(size, from + bytes.length));
}
