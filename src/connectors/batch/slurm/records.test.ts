/** The text of real clusters, of 24.11 and 22.05, as it was printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountedJobs, cpuOf, idsOf } from './account-records.ts';
import { parseBatchId, words } from './batch-ids.ts';
import { eventsOf, wasRefused } from './job-events.ts';
import { expand } from './job-log.ts';
import { queuedJobs } from './queue-records.ts';

const time = (clock: string): number => Date.parse(`2026-11-24T${clock}Z`);

describe('lines of squeue', () => {
  const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join('');
  const held =
    '11|1|PENDING|0:0|0|0|JobHeldUser|2026-11-24T07:49:15|N/A|2026-11-24T07:49:18|N/A|N/A||POMS4_SUBMISSION_ID=97; my own|x';
  const failed =
    '1|N/A|FAILED|3:0|0|429|NonZeroExitCode|2026-11-24T07:48:01|2026-11-24T07:48:01|2026-11-24T07:48:01|2026-11-24T07:48:01|2026-11-24T07:48:02|vm|POMS4_SUBMISSION_ID=98';

  it('are jobs, whatever the user wrote into the comment too', () => {
    const [one, two] = queuedJobs(text(held, failed));
    expect(one).toMatchObject({ job: 11, task: 1, submissionId: 97, held: true, started: null });
    expect(two).toMatchObject({ job: 1, task: null, submissionId: 98, exitCode: 3, ended: time('07:48:02') });
  });

  it('of 22.05 have the exit status as wait(2) has it', () => {
    const [code, signal] = queuedJobs(text(failed.replace('3:0', '768'), failed.replace('3:0', '9')));
    expect(code).toMatchObject({ exitCode: 3, signal: 0 });
    expect(signal).toMatchObject({ exitCode: 0, signal: 9 });
  });

  it('of others, and lines of comments with several, are left out', () => {
    const foreign = failed.replace('POMS4_SUBMISSION_ID=98', 'not ours POMS4_SUBMISSION_ID=98');
    expect(queuedJobs(text(foreign, 'second line of a comment POMS4_SUBMISSION_ID=5'))).toEqual([]);
    expect(queuedJobs('')).toEqual([]);
  });

  it('are those of one POMS among several on the cluster, with those of before there were several', () => {
    const tagged = (instance: string) =>
      failed.replace('POMS4_SUBMISSION_ID=98', `POMS4_SUBMISSION_ID=98 POMS4_INSTANCE=${instance}`);
    const all = text(failed.replace('1|', '2|'), tagged('aaa'), tagged('bbb').replace('1|', '3|'));
    expect(queuedJobs(all, 'aaa').map(({ job }) => job)).toEqual([2, 1]);
    expect(queuedJobs(all)).toHaveLength(3);
  });

  it('that break off, or are none, are no answer', () => {
    expect(() => queuedJobs(`${held}\n${failed.slice(0, 60)}`)).toThrow('breaks off');
    expect(() => queuedJobs('<html>Bad gateway</html>\n')).toThrow('cannot be understood: <html>');
    expect(() => queuedJobs(text(failed.replace('3:0', 'three')))).toThrow('cannot be understood');
  });

  it('prove events whose keys come from them alone', () => {
    const [one] = queuedJobs(text(failed));
    if (one === undefined) throw new Error('no job');
    const events = eventsOf(one, 'farm', time('09:00:00'));
    expect(events.map(({ state, at }) => [state, at.getTime()])).toEqual([
      ['idle', time('07:48:01')],
      ['running', time('07:48:01')],
      ['failed', time('07:48:02')],
    ]);
    expect(eventsOf(one, 'farm', time('10:30:00'))).toEqual(events);
  });

  it('of a hold are told at the last look of the scheduler, and never before what was told already', () => {
    const [one] = queuedJobs(text(held));
    if (one === undefined) throw new Error('no job');
    const at = (notBefore?: number) =>
      eventsOf(one, 'farm', time('09:00:00'), notBefore).at(-1)?.at.getTime();
    expect(at()).toBe(time('07:49:18'));
    expect(at(time('07:50:00'))).toBe(time('07:50:00'));
  });

  it('of an sbatch that was refused are no job', () => {
    const [refused, ran] = queuedJobs(
      text(
        failed.replace('NonZeroExitCode', 'BadConstraints').replace('|3:0|', '|0:1|').replace('|vm|', '||'),
        failed,
      ),
    );
    expect([refused, ran].map((job) => job !== undefined && wasRefused(job))).toEqual([true, false]);
  });

  it('with a state that this POMS does not know prove nothing', () => {
    const [one] = queuedJobs(text(failed.replace('FAILED', 'BEWITCHED')));
    expect(one && eventsOf(one, 'farm', time('09:00:00'))).toEqual([]);
  });
});

describe('lines of sacct', () => {
  const requeued = [
    '9|REQUEUED|0:0|None|2026-11-24T07:49:13|2026-11-24T07:49:13|2026-11-24T07:49:13|2026-11-24T07:49:30|vm|00:00:00||1001|POMS4_SUBMISSION_ID=97',
    '9.batch|CANCELLED|0:15||2026-11-24T07:49:13|2026-11-24T07:49:13|2026-11-24T07:49:13|2026-11-24T07:49:30|vm|00:00:00|||',
    '9|CANCELLED by 1001|0:0|BeginTime|2026-11-24T07:49:30|2026-11-24T07:51:31|2026-11-24T07:51:59|2026-11-24T07:52:44|vm|01:02.500||1001|POMS4_SUBMISSION_ID=97',
    '9.batch|CANCELLED|0:15||2026-11-24T07:51:59|2026-11-24T07:51:59|2026-11-24T07:51:59|2026-11-24T07:52:44|vm|01:02.500|2048K||',
    '',
  ].join('\n');

  it('give the last attempt, by whom it was cancelled, and what it used', () => {
    expect(accountedJobs(requeued)).toMatchObject([
      { job: 9, restarts: 1, state: 'CANCELLED', cancelledBy: 'its owner', cpuSeconds: 62.5, memoryKb: 2048 },
    ]);
  });

  it('of tasks that never started are one, and become one a task', () => {
    const line =
      '18_[0-2,7,20-24:2%3]|CANCELLED by 0|0:0|None|2026-11-24T07:53:28|Unknown|None|2026-11-24T07:54:31|None assigned|00:00:00||1001|POMS4_SUBMISSION_ID=97\n';
    const jobs = accountedJobs(line);
    expect(jobs.map(({ task }) => task)).toEqual([0, 1, 2, 7, 20, 22, 24]);
    expect(jobs[0]).toMatchObject({ host: null, started: null, cancelledBy: 'root' });
  });

  it('without comments are of the submission that their job is known to be of', () => {
    const bare = requeued.replaceAll('POMS4_SUBMISSION_ID=97', '');
    expect(accountedJobs(bare)).toEqual([]);
    expect(accountedJobs(bare, () => 97)).toMatchObject([{ submissionId: 97 }]);
  });

  it('tell no CPU time where none was gathered', () => {
    expect(['00:00:00', '1-02:03:04', '02:03.250', ''].map(cpuOf)).toEqual([null, 93784, 123.25, null]);
  });
});

describe('batch ids', () => {
  it('are read with and without the system, and never for another', () => {
    expect(parseBatchId('17.3@farm', 'farm')).toEqual({ job: 17, task: 3 });
    expect(parseBatchId('17_3', 'farm')).toEqual({ job: 17, task: 3 });
    expect(parseBatchId('17@farm', 'farm')).toEqual({ job: 17, task: null });
    for (const wrong of ['17@other', 'x', '17.3.4@farm', '17; rm@farm', '']) {
      expect(parseBatchId(wrong, 'farm')).toBeNull();
    }
  });

  it('as few words name exactly the same jobs', () => {
    const job = fc.record({ job: fc.integer({ min: 1, max: 4 }), task: fc.integer({ min: 0, max: 60 }) });
    const unique = fc.uniqueArray(job, { selector: ({ job, task }) => `${job}_${task}` });
    fc.assert(
      fc.property(unique, fc.integer({ min: 1, max: 40 }), (jobs, length) => {
        const said = words(jobs, length);
        const names = said.flatMap(({ word }) => idsOf(word)).map(String);
        expect(names.sort()).toEqual(jobs.map(({ job, task }) => `${job},${task}`).sort());
        for (const one of said) expect(idsOf(one.word)).toEqual(one.jobs.map(({ job, task }) => [job, task]));
      }),
    );
  });
});

describe('names of log files', () => {
  it('have their % marks filled in', () => {
    const facts = { name: { job: 17, task: 3 }, raw: '21', user: 'ann', title: 'my job' };
    expect(expand('%x-%A_%4a.%j.%u.100%%', facts)).toBe('my job-17_0003.21.ann.100%');
  });
});
