/** Reading of answers. */
import type { z } from 'zod';
import type { HttpAnswer } from './types.ts';

/** The service has answered with something that makes no sense. The message is the end of a sentence. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

const MOST_TOLD = 300;

/** The answer as JSON of this shape. Throws `NotUnderstood`. */
export function readJson<T extends z.ZodType>(answer: HttpAnswer, schema: T): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch {
    throw new NotUnderstood(`it answered with something that is not JSON: ${told(answer)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'the answer';
  throw new NotUnderstood(`its JSON is not as expected: ${place}: ${issue?.message ?? 'wrong'}`);
}

/** The answer as a whole number in plain text. Throws `NotUnderstood`. */
export function readWhole(answer: HttpAnswer): number {
  const text = answer.text.trim();
  if (!/^\d{1,15}$/.test(text)) {
    throw new NotUnderstood(`it answered with something that is not a number: ${told(answer)}`);
  }
  return Number(text);
}

/**
 * What the service says, in one line for people: `DimensionError: no such dimension` of SAM's error JSON, the title of
 * a page, or the first line of a text.
 */
export function told({ text, type }: Pick<HttpAnswer, 'text' | 'type'>): string {
  const page = /html/.test(type) || /^\s*<(!doctype|html)/i.test(text);
  const line = page ? `a page "${titleOf(text)}"` : (ofJson(text) ?? firstLine(text));
  const clean = line.replace(/\p{Cc}+/gu, ' ').trim();
  if (clean === '') return 'nothing';
  return clean.length > MOST_TOLD ? `${clean.slice(0, MOST_TOLD)}...` : clean;
}

function ofJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('message' in value)) return null;
    const name = 'error' in value && typeof value.error === 'string' ? `${value.error}: ` : '';
    return typeof value.message === 'string' ? name + value.message : null;
  } catch {
    return null;
  }
}

function titleOf(page: string): string {
  const [, title] = /<title[^>]*>([^<]*)</i.exec(page) ?? [];
  return (title ?? 'without a title').trim();
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
