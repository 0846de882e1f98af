/** The command `poms` in tests: against a server of their own, with nothing of this machine's settings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { startServer, type TestServer } from '../../src/cli/fixture.ts';

/**
 * For each test of the file an empty folder, an environment that tells the command nothing but a data folder without a
 * server in it, and `serve`: starts the server that the command asks, for experiment `demo`, in place of the one before.
 */
export function useServer() {
  let server: TestServer | null = null;
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'poms-cli-'));
    for (const name of ['POMS_URL', 'POMS_TOKEN', 'POMS_EXPERIMENT']) vi.stubEnv(name, '');
    vi.stubEnv('POMS_DATA_DIR', join(folder, 'data'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    server = null;
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    serve: async (answers: Parameters<typeof startServer>[0]): Promise<TestServer> => {
      await server?.close();
      server = await startServer(answers);
      vi.stubEnv('POMS_URL', server.url);
      vi.stubEnv('POMS_EXPERIMENT', 'demo');
      return server;
    },
  };
}
