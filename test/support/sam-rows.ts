/** Rows of what a SAM server must answer, and how they are gone through. */
import { expect, it } from 'vitest';
import type { Call, SamServer } from './sam.ts';

export const JSON_ACCEPTED = { accept: 'application/json' };

export interface Row {
  what: string;
  path: string;
  call?: Call;
  status?: number;
  /** As text: the whole body, or a pattern of it. As JSON: what must be in it. */
  text?: string | RegExp;
  json?: unknown;
  /** Keys that the JSON object must not have. */
  absent?: string[];
  /** Keep the body under this name: `{name}` in later paths and forms stands for it. */
  keep?: string;
}

export const dims = (query: string) => `dims=${encodeURIComponent(query)}`;

/** A test for each row, in their order. */
export function testRows(sam: () => SamServer, rows: Row[], known: Record<string, string>): void {
  it.each(rows)('$what: $path', async ({ path, call, status = 200, text, json, absent, keep }) => {
    const answer = await sam().call(fill(path, known), filled(call ?? {}, known));
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: expect.any(String) });
    if (json !== undefined || absent !== undefined) {
      // To the letter: old clients compare it.
      expect(answer.type).toBe('application/json');
      if (json !== undefined) expect(answer.json()).toMatchObject(json as object);
      for (const key of absent ?? []) expect(answer.json()).not.toHaveProperty([key]);
    } else if (status !== 204) expect(answer.type).toBe('text/plain; charset=utf-8');
    if (typeof text === 'string') expect(answer.body).toBe(text);
    else if (text) expect(answer.body).toMatch(text);
    if (keep !== undefined) known[keep] = answer.body.trim();
  });
}

function fill(template: string, known: Record<string, string>): string {
  return template.replace(/\{(\w+)\}/g, (_all, name: string) => known[name] ?? '');
}

function filled(call: Call, known: Record<string, string>): Call {
  if (!call.form) return call;
  const form = Object.entries(call.form).map(([name, value]) => [
    name,
    typeof value === 'string' ? fill(value, known) : value,
  ]);
  return { ...call, form: Object.fromEntries(form) };
}
