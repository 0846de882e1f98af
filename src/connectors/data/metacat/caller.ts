/** Calls of one server of a MetaCat installation for one experiment, with POMS's token. */
import { PomsError } from '../../../errors.ts';
import { NotUnderstood, told } from '../../http/answer.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../http/types.ts';
import { parseRecords } from './json-seq.ts';
import type { Tokens } from './tokens.ts';

/** The answer to a query on a large dataset. */
const MAX_BYTES = 256 << 20;

export interface CallerRequest extends Omit<HttpRequest, 'url' | 'answers' | 'maxBytes'> {
  /** Below the base URL. */
  path: string;
  /** Statuses that are an answer besides 2xx. */
  answers?: readonly number[];
}

export interface Caller {
  /** Error `outside-system` for a status that is no answer. */
  call<T>(request: CallerRequest, read: (answer: HttpAnswer) => T): Promise<T>;
}

export interface CallerOptions {
  system: string;
  http: HttpClient;
  base: string;
  experiment: string;
  tokens: Tokens;
  /** That carries the token. */
  header: string;
}

class Unauthenticated extends Error {}

export function createCaller({ system, http, base, experiment, tokens, header }: CallerOptions): Caller {
  const once = async <T>(request: CallerRequest, read: (answer: HttpAnswer) => T): Promise<T> => {
    const { path, answers = [], headers, ...rest } = request;
    const token = await tokens.current(experiment);
    return http.call(
      {
        ...rest,
        url: `${base}/${path}`,
        headers: { [header]: token, ...headers },
        maxBytes: MAX_BYTES,
        answers: [401],
      },
      (answer) => {
        if (answer.status === 401) throw new Unauthenticated(told(answer));
        if (answer.status < 300 || answers.includes(answer.status)) return read(answer);
        throw new PomsError('outside-system', {
          system,
          problem: `it does not take ${path} (HTTP ${answer.status}): ${told(answer)}`,
        });
      },
    );
  };
  return {
    async call(request, read) {
      try {
        return await once(request, read);
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error;
      }
      // The token has been taken back before its time: a new one, once.
      tokens.forget(experiment);
      try {
        return await once(request, read);
      } catch (error) {
        if (!(error instanceof Unauthenticated)) throw error;
        const problem = `it does not take the token of POMS: ${error.message}`;
        throw new PomsError('outside-system', { system, problem });
      }
    },
  };
}

/** The records of an answer in several of them, or the elements of one in JSON. Throws `NotUnderstood`. */
export function readRecords(answer: HttpAnswer): unknown[] {
  let records: unknown[];
  try {
    records = /json-seq|json-stream/.test(answer.type)
      ? parseRecords(answer.text)
      : [JSON.parse(answer.text) as unknown].flat();
  } catch {
    throw new NotUnderstood(`it answered with something that is not JSON: ${told(answer)}`);
  }
  return records;
}
