/** Lines of squeue. The comment comes last, because it is the only thing in a line that a user writes. */
import { cut, exitIn, linesOf, timeOf, wholeNumber, word } from './cells.ts';
import { MARK, type SlurmJob, submissionOf } from './records.ts';

/** Fields of `squeue -O`. */
export const QUEUE_FORMAT = [
  'ArrayJobID',
  'ArrayTaskID',
  'State',
  'exit_code',
  'RestartCnt',
  'PriorityLong',
  'Reason',
  'SubmitTime',
  'EligibleTime',
  'LastSchedEval',
  'StartTime',
  'EndTime',
  'NodeList',
]
  .map((name) => `${name}:|`)
  .concat('Comment:')
  .join(',');

const CELLS = 13;

/** States, besides a priority of 0, in which a job waits for somebody to release it. */
const HELD = new Set(['REQUEUE_HOLD', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']);

/**
 * The jobs of POMS, or of one `instance` of it, among the lines of `squeue -h -r -t all -O QUEUE_FORMAT`. Throws an Error that says what is wrong
 * with the text: half of it must never pass for all of it.
 */
export function queuedJobs(text: string, instance?: string): SlurmJob[] {
  return linesOf(text, CELLS).flatMap((line) => {
    // Most jobs of a cluster are not POMS's, and a comment of several lines brings lines that are no jobs.
    if (!line.includes(MARK)) return [];
    const [cells, comment] = cut(line, CELLS);
    const submissionId = submissionOf(comment, instance);
    if (submissionId === null) return [];
    const [job, task, state, exit, restarts, priority, reason, submit, eligible, looked, start, end, host] =
      cells;
    const [exitCode, signal] = exitIn(exit, line);
    const waits = state === 'PENDING';
    return {
      job: wholeNumber(job, line),
      task: task === 'N/A' || task === '' ? null : wholeNumber(task, line),
      submissionId,
      state: word(state, line),
      cancelledBy: null,
      exitCode,
      signal,
      restarts: wholeNumber(restarts, line),
      held: HELD.has(state ?? '') || (waits && (priority === '0' || /held/i.test(reason ?? ''))),
      reason: reason ?? '',
      submitted: timeOf(submit),
      eligible: timeOf(eligible),
      evaluated: timeOf(looked),
      started: waits ? null : timeOf(start),
      ended: waits ? null : timeOf(end),
      host: host === '' || host === undefined ? null : host,
      cpuSeconds: null,
      memoryKb: null,
    };
  });
}
