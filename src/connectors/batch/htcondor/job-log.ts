/** Where a job's texts are: paths in its ad, relative to the folder it was submitted from. */
import { posix } from 'node:path';
import { PomsError } from '../../../errors.ts';
import type { JobLogStream } from '../types.ts';
import { type Ad, textOf } from './ads.ts';

export const LOG_ATTRIBUTES = [
  ...['ClusterId', 'ProcId', 'GlobalJobId', 'POMS4_SUBMISSION_ID', 'Owner', 'Jobsub_Group'],
  ...['Iwd', 'Out', 'Err', 'UserLog'],
];

const NAMES = { stdout: 'Out', stderr: 'Err', events: 'UserLog' } as const;

/** Absolute path of the file. Throws `not-found` where the job has none, or throws its output away. */
export function logPath(ad: Ad, stream: JobLogStream, batchId: string): string {
  const file = textOf(ad, NAMES[stream]);
  if (file === null || file === '/dev/null') {
    throw new PomsError('not-found', { kind: `${stream} file of job`, name: batchId });
  }
  return posix.resolve(textOf(ad, 'Iwd') ?? '/', file);
}
