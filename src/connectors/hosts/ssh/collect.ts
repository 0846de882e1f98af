/** Collects what a script on another machine prints: the look at a run brings the first of it along. */
import {
  addToLog,
  COLLECT_LIMIT,
  loadCollected,
  makeRunFolder,
  readOn,
  saveCollected,
} from '../launch-log.ts';
import type { Question } from './questions.ts';
import type { RunReport } from './reports.ts';

/**
 * Moves at most 8 MiB of new output into the log in `folder` and returns it, redacted. `seen`: what a look has brought,
 * used where it is what comes next.
 */
export async function collectOutput(
  folder: string,
  launchId: number,
  limitBytes: number,
  seen: RunReport | undefined,
  ask: (question: Question) => Promise<RunReport>,
): Promise<string> {
  let state = loadCollected(folder);
  const free = state.consumed - state.freed > limitBytes ? state.consumed : 0;
  const next = (offset: number) => ask({ launchId, offset, limit: COLLECT_LIMIT, free });
  // Where there is more than it brought, all of it is asked for at once.
  const enough = seen?.offset === state.consumed && seen.offset + seen.bytes.length === seen.size;
  let report = enough ? seen : await next(state.consumed);
  if (report !== seen && free > 0) state = { ...state, freed: free };
  if (report.run.state === 'never-started') return '';
  const from = readOn(state, report.size);
  if (from.consumed !== state.consumed) report = await next(from.consumed);
  state = from;

  const over = report.run.state === 'ended' || report.run.state === 'vanished';
  const final = over && report.offset + report.bytes.length === report.size;
  if (report.bytes.length === 0 && !(final && state.redactor.pending)) return '';
  await makeRunFolder(folder);
  const added = await addToLog(folder, state, report.bytes, final, limitBytes);
  await saveCollected(folder, added.state);
  return Buffer.from(added.text, 'latin1').toString('utf8');
}
