/** A POMS of its own for a benchmark: the real composition root over a durable embedded PostgreSQL, in a new folder. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { type RunningPoms, startPoms } from '../../src/main.ts';

/** A new folder which the account that runs PostgreSQL can reach; `remove` deletes it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'poms-bench-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs `body` over a new POMS without a web server, and takes all down afterwards, whatever happens. */
export async function withPoms(
  options: { engine: boolean },
  body: (poms: RunningPoms, folder: string) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  try {
    const config = readConfig({ POMS_DATA_DIR: folder.path, POMS_LOG_LEVEL: 'warn' });
    const poms = await startPoms(config, { engine: options.engine, web: false });
    try {
      await body(poms, folder.path);
    } finally {
      await poms.stop();
    }
  } finally {
    folder.remove();
  }
}
