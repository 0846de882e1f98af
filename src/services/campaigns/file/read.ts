/** From the text of a campaign file to its contents, or all that is wrong with its form, each with line and column. */
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type InputProblem, PomsError } from '../../../errors.ts';
import { nearest } from './nearest.ts';
import { type CampaignFile, campaignFile } from './schema.ts';
import { takeTextAsWritten } from './text-as-written.ts';

export type Path = (string | number)[];

export interface ReadFile {
  file: CampaignFile;
  /** A problem at a place of the file. */
  problemAt(path: Path, problem: string): InputProblem;
}

/** Throws `bad-campaign`. */
export function readCampaignFile(text: string): ReadFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const where = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    refuse(document.errors.map((error) => ({ path: where(error.pos[0]), problem: error.message })));
  }
  takeTextAsWritten(document);
  const value = contentsOf(document);
  const problemAt = (path: Path, problem: string): InputProblem => {
    const offset = offsetOf(document, path);
    return {
      path: sayPath(value, path),
      problem: offset === null ? problem : `${problem} (${where(offset)})`,
    };
  };
  const result = campaignFile.safeParse(value);
  if (result.success) return { file: result.data, problemAt };
  refuse(result.error.issues.flatMap((issue) => sayIssue(issue, value, problemAt)));
}

/** Throws `bad-campaign` with the problems. */
export function refuse(problems: InputProblem[]): never {
  const said = problems.map(({ path, problem }) => (path === '' ? problem : `${path}: ${problem}`));
  throw new PomsError('bad-campaign', { problems: said.join('\n') }, { problems });
}

function contentsOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    // An alias that leads nowhere, or aliases of aliases that would unfold without end.
    refuse([{ path: '', problem: cause instanceof Error ? cause.message : String(cause) }]);
  }
}

/** Where in the text a path is, or the nearest place around it. */
function offsetOf(document: Document, path: Path): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return null;
}

/** `stages.reco.split`: list elements by their name where they have one. */
function sayPath(value: unknown, path: Path): string {
  let at: unknown = value;
  let said = '';
  for (const step of path) {
    at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined;
    const name = typeof at === 'object' && at !== null && 'name' in at ? at.name : undefined;
    const element = typeof step === 'number';
    const word =
      element && typeof name === 'string' && name !== '' ? `.${name}` : element ? `[${step}]` : `.${step}`;
    said += said === '' ? word.replace(/^\./, '') : word;
  }
  return said;
}

function sayIssue(issue: z.core.$ZodIssue, value: unknown, problemAt: ReadFile['problemAt']): InputProblem[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      return problemAt(
        [...path, key],
        `There is no key ${key} here${near === null ? '.' : `; did you mean ${near}?`}`,
      );
    });
  }
  if (issue.code === 'invalid_key') {
    return [problemAt(path, issue.issues[0]?.message ?? 'The key is not valid.')];
  }
  const missing = path.length > 0 && valueAt(value, path) === undefined;
  return [problemAt(path, missing ? 'It is missing.' : sentence(issue.message))];
}

const sentence = (message: string) => {
  const said = /^(is|must) /.test(message) ? `It ${message}` : message;
  return said.endsWith('.') ? said : `${said}.`;
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined,
    value,
  );

/** The keys that the schema knows at a path. */
function knownKeys(path: Path): string[] {
  let at: unknown = campaignFile;
  for (const step of path) {
    const inner = unwrap(at);
    at = typeof step === 'number' ? inner?.def.element : inner?.def.shape?.[step];
  }
  return Object.keys(unwrap(at)?.def.shape ?? {});
}

interface SchemaDef {
  def: { innerType?: unknown; element?: unknown; shape?: Record<string, unknown> };
}

/** A schema without its default or optional wrapping. */
function unwrap(schema: unknown): SchemaDef | null {
  if (typeof schema !== 'object' || schema === null || !('def' in schema)) return null;
  const found = schema as SchemaDef;
  return found.def.innerType === undefined ? found : unwrap(found.def.innerType);
}
