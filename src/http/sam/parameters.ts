import type { FastifyRequest } from 'fastify';
import { parseInstant } from '../../connectors/data/catalogue/index.ts';
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
  /** A time or a day's beginning, as queries write it; error 'bad-request' where it is neither. */
  time(name: string): Date | undefined;
  /** `1`, `true`, `True`, `yes`; where it is not given, what is `usual`. */
  flag(name: string, usual?: boolean): boolean;
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
    time(name) {
      const value = text(name);
      if (value === undefined || value === '') return undefined;
      const instant = parseInstant(value);
      if (instant) return instant.from;
      const problem = `${name} must be a time such as 2026-01-31T12:00:00, not ${value}.`;
      throw new PomsError('bad-request', { problem });
    },
    flag(name, usual = false) {
      const value = text(name);
      return value === undefined || value === '' ? usual : ['1', 'true', 'yes'].includes(value.toLowerCase());
    },
  };
}

/** Files as bulk calls name them: `file_name` and `file_id`, both any number of times. */
export function fileKeysOf(request: FastifyRequest): { names: string[]; ids: number[] } {
  const parameters = parametersOf(request);
  const ids = parameters.all('file_id').map((id) => wholeNumber('file_id', id));
  return { names: parameters.all('file_name'), ids };
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
