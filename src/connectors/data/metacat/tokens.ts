/** Tokens for the `X-Authentication-Token` of MetaCat and Data Dispatcher (spec/data-handling.md 3.2). */
import { readFile } from 'node:fs/promises';
import { PomsError } from '../../../errors.ts';
import { told } from '../../http/answer.ts';
import type { HttpAnswer, HttpClient } from '../../http/types.ts';
import { type MetacatSetting, ofExperiment } from './setting.ts';

/** A token is not used for the last tenth of its life, nor for its last minutes. Seconds. */
const LAST_SECONDS = 300;
/** Of a token that does not say how long it holds. */
const UNKNOWN_LIFETIME = 600;

export interface Tokens {
  /** One that holds. Error `outside-system` where there is none to be had. */
  current(experiment: string): Promise<string>;
  /** A server did not take it: the next is a new one. */
  forget(experiment: string): void;
}

/** Tokens from a file, read anew each time, or from signing in, kept until shortly before they expire. */
export function createTokens(
  setting: MetacatSetting,
  signIn: HttpClient,
  now: () => Date = () => new Date(),
): Tokens {
  const system = `Data handling ${setting.name}`;
  if (setting.login === 'file') {
    return {
      current: (experiment) =>
        tokenInFile(setting.tokenFile, ofExperiment(setting.metacat, experiment), system),
      forget: () => {},
    };
  }
  const known = new Map<string, { token: Promise<string>; until: number }>();
  const fresh = async (url: string): Promise<string> => {
    const token = await login(setting, signIn, url, system);
    const entry = known.get(url);
    if (entry !== undefined) entry.until = lastUse(token, now().getTime() / 1000);
    return token;
  };
  const urlOf = (experiment: string) =>
    ofExperiment(setting.auth ?? `${setting.metacat.replace(/\/+$/, '')}/auth`, experiment);
  return {
    async current(experiment) {
      const url = urlOf(experiment);
      const entry = known.get(url);
      if (entry !== undefined && now().getTime() / 1000 < entry.until) return entry.token;
      // Calls at the same time sign in once.
      const token = fresh(url);
      known.set(url, { token, until: Number.POSITIVE_INFINITY });
      token.catch(() => known.delete(url));
      return token;
    },
    forget: (experiment) => {
      known.delete(urlOf(experiment));
    },
  };
}

async function login(
  { login: method, user }: MetacatSetting,
  signIn: HttpClient,
  url: string,
  system: string,
): Promise<string> {
  return signIn.call(
    {
      // A certificate is of the connection, a bearer token in the header that the client sends.
      method: method === 'x509' ? 'GET' : 'POST',
      url: `${url}/auth`,
      query: { method, username: user },
      repeatable: true,
    },
    (answer: HttpAnswer) => {
      const token = answer.headers['x-authentication-token'];
      if (answer.status < 300 && token !== undefined && token !== '') return token;
      const problem = `signing in as ${user} failed (HTTP ${answer.status}): ${told(answer)}`;
      throw new PomsError('outside-system', { system, problem });
    },
  );
}

/** A token by itself, or the line `<server URL> <token>` of a token library. */
async function tokenInFile(path: string | null, url: string, system: string): Promise<string> {
  const refuse = (problem: string): never => {
    throw new PomsError('outside-system', { system, problem });
  };
  if (path === null) return refuse('it has no token file');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    refuse(`the file ${path} for it cannot be read (${error.code ?? 'unknown'})`),
  );
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(([server, token]) => server === url && token !== undefined) ?? [];
  const alone = lines.find((words) => words.length === 1 && words[0] !== '');
  return line[1] ?? alone?.[0] ?? refuse('the token file does not hold a token for it');
}

/** Until when to use a token: from the `exp` of a JWT, in seconds since 1970. */
function lastUse(token: string, now: number): number {
  const expires = expiryOf(token);
  if (expires === null) return now + UNKNOWN_LIFETIME;
  return expires - Math.min(LAST_SECONDS, (expires - now) / 10);
}

function expiryOf(token: string): number | null {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return null;
    return typeof claims.exp === 'number' ? claims.exp : null;
  } catch {
    return null;
  }
}
