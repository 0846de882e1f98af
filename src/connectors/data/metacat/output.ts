/** What a submission made, and what of its input is missing, as MQL (spec/backend.md 4.1, 5.2; data-handling.md 4.1). */
import { type OutputSpec, outputPatterns } from '../../../domain/output.ts';
import { join, nameLike, quote, relatives, since, where } from './mql.ts';

/** The metadata that MetaCat users have the version of the application in. */
const VERSION = 'core.application.version';

/** Version and time: what every file of the output fulfils. */
function conditions(output: OutputSpec): string[] {
  const created = since('created_timestamp', '>', output.createdAfter);
  return output.softwareVersion === ''
    ? [created]
    : [`${VERSION} = ${quote(output.softwareVersion)}`, created];
}

/** What the files of `input` became; several patterns are alternatives. */
export function madeOf(input: string, output: OutputSpec): string {
  const names = outputPatterns(output).map(nameLike);
  const any = names.includes(null) ? [] : [names.length === 1 ? names.join() : `(${names.join(' or ')})`];
  return where(relatives('children', output.depth, input), [...conditions(output), ...any]);
}

/** The files of `input` that have a descendant for every pattern of the output. */
export function withAllOutput(input: string, output: OutputSpec): string {
  const each = outputPatterns(output).map((pattern) => madeOf(input, { ...output, patterns: [pattern] }));
  return ancestorsIn(input, each, output.depth);
}

/** The files of `input` that have, `depth` generations down, a file of every one of `outputs`. */
export function ancestorsIn(input: string, outputs: readonly string[], depth: number): string {
  return join([input, ...outputs.map((one) => relatives('parents', depth, one))]);
}
