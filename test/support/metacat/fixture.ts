/** The connector to the stand-in servers, with a small production in them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetacat } from '../../../src/connectors/data/metacat/metacat.ts';
import type { MetacatSetting } from '../../../src/connectors/data/metacat/setting.ts';
import type { DataHandling } from '../../../src/connectors/data/types.ts';
import { SCITOKEN, type StandIn, startStandIn } from './server.ts';

export const EXPERIMENT = 'dune';

export interface MetacatFixture {
  standIn: StandIn;
  data: DataHandling;
  setting: MetacatSetting;
  /** For files of the test, taken away with it. */
  folder: string;
  close(): Promise<void>;
}

/** Namespaces `raw` (of others) and `poms`; dataset `raw:run1` of `files` files raw000, raw001, ... in runs of two. */
export async function startMetacatFixture(
  options: { files?: number; setting?: Partial<MetacatSetting>; now?: () => Date } = {},
): Promise<MetacatFixture> {
  const standIn = await startStandIn();
  const folder = mkdtempSync(join(tmpdir(), 'poms-metacat-'));
  const tokenFile = join(folder, 'scitoken');
  const rucioTokenFile = join(folder, 'rucio-token');
  writeFileSync(tokenFile, `${SCITOKEN}\n`);
  writeFileSync(rucioTokenFile, standIn.token('poms'));
  standIn.state.namespaces.add('poms');
  standIn.state.createDataset('raw', 'run1');
  standIn.state.createDataset('made', 'reco');
  declareRaw(standIn, options.files ?? 0);
  const setting: MetacatSetting = {
    name: 'metacat',
    metacat: `${standIn.url}/metacat`,
    dispatcher: `${standIn.url}/dispatcher`,
    auth: null,
    rucio: `${standIn.url}/rucio`,
    rucioTokenFile,
    namespace: 'poms',
    login: 'token',
    user: 'poms',
    ca: null,
    certificate: null,
    key: null,
    tokenFile,
    timeoutSeconds: 10,
    ...options.setting,
  };
  const data = createMetacat(setting, options.now);
  return {
    standIn,
    data,
    setting,
    folder,
    close: async () => {
      await standIn.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export function declareRaw({ state }: StandIn, count: number, from = 0): void {
  for (let n = from; n < from + count; n += 1) {
    state.declare('raw:run1', {
      namespace: 'raw',
      name: `raw${String(n).padStart(3, '0')}`,
      size: 10,
      metadata: { 'core.runs': [100 + Math.floor(n / 2)], 'core.event_count': 5 },
    });
  }
}

/** A file of version v1 made of others; `located`: with a replica. */
export function declareReco({ state }: StandIn, name: string, parents: string[], located = true): void {
  const metadata = { 'core.application.version': 'v1' };
  state.declare('made:reco', { namespace: 'made', name, parents, metadata });
  if (located) state.replicas.set(`made:${name}`, ['FNAL_DISK']);
}
