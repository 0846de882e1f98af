/**
 * What a submission's output looks like, and the conditions that tell its files from all others
 * (spec/backend.md 3.5, 4.1, 5.2).
 */
import { parsePatterns, writeDate, writeValue } from './dimension-text.ts';

export interface OutputSpec {
  /** SAM `like` patterns, or comma lists of them; one with a blank is used as a dimension fragment as it is. */
  patterns: string[];
  /** Empty where the stage names no version: files of any version count. */
  softwareVersion: string;
  /** When the submission was created: older files are not its output. */
  createdAfter: Date;
  /** Generations between input and output, at least 1. */
  depth: number;
}

/** Version and time: what every file of the output fulfils. */
export function outputConditions(output: OutputSpec): string {
  const created = `create_date > '${writeDate(output.createdAfter)}'`;
  return output.softwareVersion === ''
    ? created
    : `version ${writeValue(output.softwareVersion)} and ${created}`;
}

/** The single patterns of the output, each once; `%` where none is given. */
export function outputPatterns(output: OutputSpec): string[] {
  const patterns = output.patterns.flatMap(parsePatterns);
  return patterns.length === 0 ? ['%'] : [...new Set(patterns)];
}
