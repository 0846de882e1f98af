/** Why a job does not run, in a sentence. */
import { type JobName, nameOf } from './batch-ids.ts';
import type { Questions } from './questions.ts';
import { holdWords, waitWords } from './reasons.ts';

/** From Slurm's reason and its estimate of the start; null for a job that does not wait, or that it does not know. */
export async function why(ask: Questions, name: JobName): Promise<string | null> {
  const format = 'ArrayTaskID:|,State:|,PriorityLong:|,Reason:|,StartTime:';
  const { exitCode, stdout } = await ask.run('squeue', ['-h', '-r', '-a', '-j', nameOf(name), '-O', format]);
  if (exitCode !== 0) return null;
  const cells = stdout
    .split('\n')
    .map((line) => line.trim().split('|'))
    .find(([task]) => name.task === null || task === String(name.task));
  const [, state, priority, reason = '', start = ''] = cells ?? [];
  if (state !== 'PENDING') return null;
  if (priority === '0') return `It is ${holdWords(reason)}.`;
  const expected = /^\d{4}-/.test(start)
    ? ` Slurm expects to start it at ${start.replace('T', ' ')} UTC.`
    : '';
  return `It waits: ${waitWords(reason)}.${expected}`;
}
