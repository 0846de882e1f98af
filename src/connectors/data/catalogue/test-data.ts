/** A small production for the catalogue's tests: raw files, and what two versions made of some of them. */
import type { Catalogue } from './catalogue.ts';

export const EXPERIMENT = 'dune';

export interface Wanted {
  name: string;
  tier?: string;
  version?: string;
  parents?: string[];
  runs?: unknown[];
  locations?: string[];
  size?: number;
  more?: Record<string, unknown>;
}

export function metadataOf(file: Wanted): Record<string, unknown> {
  return {
    file_name: file.name,
    file_size: file.size ?? 100,
    file_type: 'detector',
    ...(file.tier && { data_tier: file.tier }),
    ...(file.version && { application: { family: 'art', name: 'reco', version: file.version } }),
    ...(file.parents && { parents: file.parents }),
    ...(file.runs && { runs: file.runs }),
    locations: file.locations ?? ['/data/pool'],
    ...file.more,
  };
}

export async function declareAll(catalogue: Catalogue, files: Wanted[]): Promise<void> {
  await catalogue.declare(EXPERIMENT, files.map(metadataOf), 'tester');
}

/** raw1..raw6; reco1, reco2 of version v1 from raw1, raw2; reco3 of v1 from raw3, nowhere; reco4 of v2 from raw4; ana1 from reco1. */
export async function smallProduction(catalogue: Catalogue): Promise<void> {
  const raw = [1, 2, 3, 4, 5, 6].map((n) => ({
    name: `raw${n}.root`,
    tier: 'raw',
    size: n * 100,
    runs: [[n <= 3 ? 10 : n, 1, 'physics']],
    more: {
      event_count: n,
      'Det.Mode': n % 2 === 0 ? 'even' : 'odd',
      'det.number': n,
      end_time: `2026-01-0${n}T12:00:00`,
    },
  }));
  await declareAll(catalogue, raw);
  await declareAll(catalogue, [
    { name: 'reco1.root', tier: 'reco', version: 'v1', parents: ['raw1.root'] },
    { name: 'reco2.root', tier: 'reco', version: 'v1', parents: ['raw2.root'] },
    { name: 'reco3.root', tier: 'reco', version: 'v1', parents: ['raw3.root'], locations: [] },
    { name: 'reco4.root', tier: 'reco', version: 'v2', parents: ['raw4.root'] },
  ]);
  await declareAll(catalogue, [{ name: 'ana1.root', tier: 'ana', version: 'v1', parents: ['reco1.root'] }]);
}
