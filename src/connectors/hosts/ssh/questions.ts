/**
 * Looks at runs, many in one question: while one is under way those that come wait for the next, and between two there
 * is as long as the last one took. So launches share a launch host's patience, however many there are.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Question {
  launchId: number;
  /** What it has printed from there on, in bytes, and how much of it. */
  offset: number;
  limit: number;
  /** Space of the first bytes that is given back there; 0: none. */
  free: number;
}

/** Of one question; more wait for the next. */
const AT_ONCE = 50;
/** Milliseconds. */
const SHORTEST_PAUSE = 20;
const LONGEST_PAUSE = 2_000;

interface Waiting<Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** `ask` answers in the order of the questions. The returned function throws what `ask` throws. */
export function createQuestions<Answer>(
  ask: (questions: readonly Question[]) => Promise<Answer[]>,
): (question: Question) => Promise<Answer> {
  const waiting: Waiting<Answer>[] = [];
  let busy = false;
  let notBefore = 0;

  async function askNext(): Promise<void> {
    await sleep(Math.max(0, notBefore - Date.now()));
    const now = waiting.splice(0, AT_ONCE);
    const began = Date.now();
    try {
      const answers = await ask(now.map(({ question }) => question));
      for (const [index, one] of now.entries()) {
        const answer = answers[index];
        if (answer === undefined) one.reject(new Error('a question was left without an answer'));
        else one.resolve(answer);
      }
    } catch (error) {
      for (const one of now) one.reject(error);
    }
    const pause = Math.min(Math.max(Date.now() - began, SHORTEST_PAUSE), LONGEST_PAUSE);
    notBefore = Date.now() + pause;
  }

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting.length > 0) await askNext();
    busy = false;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      void work();
    });
}
