/** How the command fails: what a person reads, and the exit status a script sees. */

import { PomsError } from '../errors.ts';
import type { ProblemDocument } from '../http/errors.ts';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** A sentence for the person, and the exit status. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** POMS answered with a problem (RFC 9457). */
export class ApiFailure extends CommandFailure {
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(describeProblem(problem));
    this.problem = problem;
  }
}

/** What happened, the places that are wrong, what to do, and the code to look up. */
export function describeProblem(
  problem: Pick<ProblemDocument, 'code' | 'detail' | 'advice' | 'problems'>,
): string {
  const places = problem.problems ?? [];
  // The detail of a document with places repeats them all in one line.
  const what =
    places.length > 0
      ? places.map(({ path, problem }) => `${path}: ${problem}`).join('\n  ')
      : problem.detail;
  return [what, problem.advice, `(${problem.code})`].filter((line) => line !== '').join('\n  ');
}

/** Anything thrown, as message and exit status. What is not foreseen keeps its stack: it is a defect. */
export function describeFailure(error: unknown): { message: string; exitCode: number } {
  if (error instanceof CommandFailure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof PomsError) {
    const { code, message, advice, problems } = error;
    return {
      message: describeProblem({ code, detail: message, advice, problems: [...problems] }),
      exitCode: EXIT.failed,
    };
  }
  return {
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    exitCode: EXIT.failed,
  };
}
