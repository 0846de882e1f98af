import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createQuestions, type Question } from './questions.ts';

const question = (launchId: number): Question => ({ launchId, offset: 0, limit: 1, free: 0 });

it('questions that come while one is under way are asked together, at most fifty at a time', async () => {
  const asked: number[] = [];
  const ask = createQuestions(async (questions) => {
    asked.push(questions.length);
    await sleep(5);
    return questions.map((one) => one.launchId * 2);
  });
  const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => ask(question(n))));
  expect(answers).toEqual(Array.from({ length: 120 }, (_, n) => n * 2));
  expect(asked).toEqual([50, 50, 20]);
});

it('a failure is told to those that asked, and the next question is asked anew', async () => {
  let fails = true;
  const ask = createQuestions(async (questions) => {
    if (fails) throw new Error('away');
    return questions.map((one) => one.launchId);
  });
  const both = await Promise.allSettled([ask(question(1)), ask(question(2))]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await ask(question(3))).toBe(3);
});
