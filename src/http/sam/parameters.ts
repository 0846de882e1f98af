import type { FastifyRequest } from 'fastify';
import { PomsError } from '../../errors.ts';

/** The parameters of a call: of the query string and of a form or JSON body alike; the body wins. */
export interface Parameters {
  text(name: string): string | undefined;
  /** Error 'bad-request' where it is missing. */
  required(name: string): string;
  /** All values of a name that may be repeated. */
  all(name: string): string[];
  /** A whole number of at least 0; error 'bad-request' where it is none. */
  number(name: string): number | undefined;
  /** `1`, `true`, `True`, `yes`. */
  flag(name: string): boolean;
}

export function parametersOf(request: FastifyRequest): Parameters {
  const sources = [request.body, request.query].filter(isRecord);
  const all = (name: string): string[] => {
    const value = sources.find((source) => source[name] !== undefined)?.[name];
    if (value === undefined || value === null) return [];
    return (Array.isArray(value) ? value : [value]).map(String);
  };
  const text = (name: string) => all(name)[0];
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined || value === '')
      throw new PomsError('bad-request', { problem: `The parameter ${name} is missing.` });
    return value;
  };
  return {
    all,
    text,
    required,
    number(name) {
      const value = text(name);
      if (value === undefined || value === '') return undefined;
      return wholeNumber(name, value);
    },
    flag: (name) => ['1', 'true', 'yes'].includes((text(name) ?? '').toLowerCase()),
  };
}

/** A part of the path, such as the experiment. */
export function pathPart(request: FastifyRequest, name: string): string {
  const parts = request.params;
  const value = isRecord(parts) ? parts[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export function pathNumber(request: FastifyRequest, name: string): number {
  return wholeNumber(name, pathPart(request, name));
}

function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value))
    throw new PomsError('bad-request', { problem: `${name} must be a whole number, not ${value}.` });
  return Number(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
