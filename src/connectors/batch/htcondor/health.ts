/** Is HTCondor there, and how many of its jobs are POMS's? */
import { PomsError } from '../../../errors.ts';
import type { BatchHealth } from '../types.ts';
import { complaint, type Questions } from './questions.ts';

const TOTALS = /Total for query: \d+ jobs; .*?(\d+) idle, (\d+) running, (\d+) held/;

/** Reachable as long as one schedd answers; the others are named. */
export async function health(ask: Questions): Promise<BatchHealth> {
  const jobs = { idle: 0, running: 0, held: 0 };
  const problems: string[] = [];
  for (const schedd of ask.schedds) {
    try {
      const answer = await ask.run('condor_q', schedd, ['-allusers', '-totals', '-constraint', ask.ours]);
      const [, idle, running, held] = TOTALS.exec(answer.stdout) ?? [];
      if (answer.exitCode !== 0 || held === undefined) throw said(schedd, complaint(answer));
      jobs.idle += Number(idle);
      jobs.running += Number(running);
      jobs.held += Number(held);
    } catch (error) {
      if (!(error instanceof PomsError)) throw error;
      problems.push(error.message);
    }
  }
  const detail = problems.length === 0 ? {} : { detail: problems.join(' ') };
  return { reachable: problems.length < ask.schedds.length, ...detail, jobs };
}

function said(schedd: string | null, problem: string): PomsError {
  return new PomsError('outside-system', {
    system: `The schedd${schedd === null ? '' : ` ${schedd}`}`,
    problem,
  });
}
