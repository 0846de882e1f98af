/** What a link is opened with: files that are read again when they change, as tokens and certificates are renewed. */
import { readFile, stat } from 'node:fs/promises';
import { Agent } from 'undici';
import { HttpFailure } from './failures.ts';
import type { HttpLinkSetting } from './types.ts';

const CONNECT_MS = 5_000;
/** To one server at a time; more calls wait for a connection. */
const CONNECTIONS = 16;
const KEEP_ALIVE_MS = 10_000;

export interface Credentials {
  /** Connections with the certificates of now. Throws `HttpFailure` for files that cannot be read. */
  agent(): Promise<Agent>;
  /** `Authorization`, if there is a token. */
  headers(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export function createCredentials(setting: HttpLinkSetting): Credentials {
  const token = setting.tokenFile === null ? null : watchedFile(setting.tokenFile);
  const [ca, cert, key] = [setting.ca, setting.certificate, setting.key].map((path) =>
    path === null ? null : watchedFile(path),
  );
  let open: { agent: Agent; files: readonly (string | undefined)[] } | null = null;
  return {
    async agent() {
      const files = await Promise.all([ca, cert, key].map(async (file) => file?.()));
      if (open !== null && files.every((text, index) => text === open?.files[index])) return open.agent;
      const old = open;
      open = { agent: newAgent(files), files };
      // Calls under way end on the old connections.
      void old?.agent.close().catch(() => undefined);
      return open.agent;
    },
    async headers() {
      return token === null ? {} : { authorization: `Bearer ${await tokenIn(token)}` };
    },
    async close() {
      await open?.agent.destroy();
      open = null;
    },
  };
}

function newAgent([ca, cert, key]: readonly (string | undefined)[]): Agent {
  return new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: {
      timeout: CONNECT_MS,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  });
}

async function tokenIn(file: () => Promise<string>): Promise<string> {
  const token = (await file()).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new HttpFailure('the token file does not hold one token', { reached: 'never', passing: false });
}

/** The text of a file, read again when its time or size is another. */
function watchedFile(path: string): () => Promise<string> {
  let known: { stamp: string; text: string } | null = null;
  return async () => {
    try {
      const { mtimeMs, size } = await stat(path);
      const stamp = `${mtimeMs} ${size}`;
      if (known?.stamp !== stamp) known = { stamp, text: await readFile(path, 'utf8') };
      return known.text;
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      const problem = `the file ${path} for it cannot be read (${code})`;
      throw new HttpFailure(problem, { reached: 'never', passing: false, cause });
    }
  };
}
