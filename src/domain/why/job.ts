/** Why a job is not moving, in one sentence. Pure: the facts are gathered elsewhere. */
import { isEnded } from '../job-state.ts';
import { whyBatch } from './batch.ts';
import type { JobFacts, Said, Why } from './facts.ts';
import { counted, lasting, opened, saidWords, sentence } from './words.ts';

/** `said`: what the batch system answered about it. */
export function whyJob(facts: JobFacts, said: Said = null): Why {
  const { state, since, now, batch, reason } = facts;
  if (isEnded(state)) return whyEnded(facts);
  const inTheWay = whyBatch(batch, now);
  if (inTheWay !== null) return inTheWay;
  switch (state) {
    case 'held': {
      const why = reason === null ? '.' : `: ${sentence(reason)}`;
      const text = `It has been held for ${lasting(since, now)}${why}${saidWords(said)}`;
      return { code: 'held', text, since, moving: false };
    }
    case 'running': {
      const where = facts.host === null ? '' : ` on ${facts.host}`;
      const text = `It has been running${where} for ${lasting(since, now)}${facts.attempt > 1 ? `, as attempt ${facts.attempt}` : ''}.`;
      return { code: 'running', text, since, moving: true };
    }
    default: {
      const line =
        facts.idleAhead > 0
          ? `behind ${counted(facts.idleAhead, 'idle job')} that came earlier`
          : 'and is next in line';
      const text = `It has waited on ${batch.system} for ${lasting(since, now)}, ${line}.${saidWords(said)}`;
      return { code: 'idle', text, since, moving: false };
    }
  }
}

function whyEnded({ state, since, exitCode, signal, reason }: JobFacts): Why {
  const more = reason === null ? '' : ` ${opened(reason)}`;
  if (state === 'completed') return { code: 'done', text: `It ended well.${more}`, since, moving: false };
  if (state === 'removed') return { code: 'stopped', text: `It was removed.${more}`, since, moving: false };
  const how =
    signal === null ? (exitCode === null ? '' : ` with exit status ${exitCode}`) : ` by signal ${signal}`;
  return { code: 'failed', text: `It failed${how}.${more}`, since, moving: false };
}
