/** The texts of a jobsub job, which stand with the schedd: jobsub_fetchlog brings them to a folder for a moment. */
import { PomsError } from '../../../errors.ts';
import type { Commands } from '../../commands/types.ts';
import { pageOf } from '../../text-files.ts';
import type { LogPage } from '../types.ts';

/** Arguments: group, job, file, offset, limit. A page may begin within a character, so it travels in base64. */
const SCRIPT = `
folder=$(mktemp -d) || exit
trap 'rm -rf "$folder"' EXIT
jobsub_fetchlog -G "$1" --jobid="$2" --destdir="$folder" >&2 || exit 45
file=$(find "$folder" -type f -name "$3" | head -n 1)
[ -n "$file" ] || exit 44
size=$(($(wc -c < "$file"))) from=$4
if [ "$from" -lt 0 ]; then from=$((size + from)); fi
if [ "$from" -lt 0 ]; then from=0; fi
if [ "$from" -gt "$size" ]; then from=$size; fi
echo "$size $from"
tail -c "+$((from + 1))" "$file" | head -c "$5" | base64`;

/** Throws `outside-system` where it cannot be fetched, `not-found` where the file is not among what was fetched. */
export async function fetchPage(
  commands: Commands,
  { batchId, group, file }: { batchId: string; group: string; file: string },
  offset: number,
  limit: number,
): Promise<LogPage> {
  const words = ['sh', '-c', SCRIPT, 'sh', group, batchId, file, String(offset), String(limit)];
  const answer = await commands.run(words, { timeoutMs: 120_000 });
  if (answer.exitCode === 44)
    throw new PomsError('not-found', { kind: `file ${file} of job`, name: batchId });
  const [head = '', ...rest] = answer.stdout.split('\n');
  const numbers = /^(\d+) (\d+)$/.exec(head);
  if (answer.exitCode !== 0 || numbers === null) {
    const problem = answer.stderr.trim().split('\n').at(-1)?.slice(0, 300) || 'it gave no file';
    throw new PomsError('outside-system', { system: `jobsub_fetchlog on ${commands.where}`, problem });
  }
  return pageOf(Buffer.from(rest.join(''), 'base64'), Number(numbers[2]), Number(numbers[1]));
}
