import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompletionFacts,
  decideCompletion,
  LOCATED_TIMEOUT_MS,
  type OutputCounts,
} from './completion.ts';

const now = new Date('2024-05-03T12:00:00Z');
const facts: CompletionFacts = {
  completionType: 'located',
  completionPct: 95,
  createdAt: new Date('2024-05-03T00:00:00Z'),
  now,
  forced: false,
  isRecovery: false,
  output: { from: 'project', consumed: 10, childrenLocated: 0 },
};
const decide = (changes: Partial<CompletionFacts>) => decideCompletion({ ...facts, ...changes });
const project = (consumed: number, childrenLocated: number): OutputCounts => ({
  from: 'project',
  consumed,
  childrenLocated,
});
const definition = (jobs: number, files: number): OutputCounts => ({ from: 'definition', jobs, files });

describe('a completed submission', () => {
  it('is located at once when its stage asks only for ended jobs', () => {
    expect(decide({ completionType: 'complete' }).located).toBe(true);
  });

  it('is located when a person says so, or when it is older than two days', () => {
    expect(decide({ forced: true }).located).toBe(true);
    expect(decide({ createdAt: new Date(now.getTime() - LOCATED_TIMEOUT_MS) }).located).toBe(false);
    expect(decide({ createdAt: new Date(now.getTime() - LOCATED_TIMEOUT_MS - 1) }).located).toBe(true);
  });

  it('waits for the share of output that its stage asks for (defect L1)', () => {
    expect(decide({ output: project(10, 0) })).toMatchObject({ located: false, missing: 10 });
    expect(decide({ output: project(10, 9) })).toMatchObject({ located: false, missing: 1 });
    expect(decide({ output: project(10, 10) }).located).toBe(true);
    expect(decide({ output: project(100, 95) }).located).toBe(true);
    expect(decide({ output: project(1000, 999), completionPct: 99.9 }).located).toBe(true);
    expect(decide({ output: project(1500, 33), completionPct: 2.2 }).located).toBe(true);
    expect(decide({ output: project(1500, 32), completionPct: 2.2 }).located).toBe(false);
  });

  it('without consumed files is located only as a recovery', () => {
    expect(decide({ output: project(0, 0) })).toMatchObject({ located: false, missing: 1 });
    expect(decide({ output: project(0, 0), isRecovery: true }).located).toBe(true);
  });

  it('without a project needs a file a job, and at least one', () => {
    expect(decide({ output: definition(20, 18) })).toMatchObject({ located: false, missing: 1 });
    expect(decide({ output: definition(20, 19) }).located).toBe(true);
    expect(decide({ output: definition(0, 0) })).toMatchObject({ located: false, missing: 1 });
    expect(decide({ output: definition(0, 1) }).located).toBe(true);
  });

  it('says in figures why it waits', () => {
    expect(decide({ output: project(10, 3) }).why).toBe(
      '3 files have located output, 10 are needed (95% of 10 consumed files).',
    );
  });
});

describe('for any counts', () => {
  const count = fc.nat(10_000);
  const pct = fc.integer({ min: 1, max: 100 });
  const any = fc
    .tuple(count, count, pct, fc.boolean(), fc.boolean())
    .map(([whole, part, completionPct, byProject, isRecovery]) => ({
      completionPct,
      isRecovery,
      output: byProject ? project(whole, part) : definition(whole, part),
    }));

  it('exactly the missing files bring it to located, not one less', () => {
    fc.assert(
      fc.property(any, (changes) => {
        const first = decide(changes);
        if (first.located) return;
        expect(first.missing).toBeGreaterThan(0);
        const { output } = changes;
        const more = (n: number): OutputCounts =>
          output.from === 'project'
            ? project(output.consumed, output.childrenLocated + n)
            : definition(output.jobs, output.files + n);
        // Without any consumed file, files are not what is missing.
        if (output.from === 'project' && output.consumed === 0) return;
        expect(decide({ ...changes, output: more(first.missing) }).located).toBe(true);
        expect(decide({ ...changes, output: more(first.missing - 1) }).located).toBe(false);
      }),
    );
  });

  it('is located exactly when the part reaches the percentage', () => {
    fc.assert(
      fc.property(any, ({ output, ...rest }) => {
        fc.pre(output.from === 'project' && output.consumed > 0);
        if (output.from !== 'project') return;
        const reached = output.childrenLocated * 100 >= output.consumed * rest.completionPct;
        expect(decide({ ...rest, output }).located).toBe(reached);
      }),
    );
  });
});
