/**
 * A small production whose files are known by name:
 * - raw1 to raw6 of definition `raw`; late, which came after project P began; bad, of bad content; old, retired;
 * - version v1 made reco1 of raw1, reco2 of raw2, reco3 of raw3 (declared, nowhere to be had), hist1 of raw1 and raw2,
 *   ana1 of reco1; version v2 made reco4 of raw4;
 * - project P: raw1 consumed, raw2 completed, raw3 failed, raw4 skipped, raw5 delivered, raw6 never handed out;
 *   project Q: raw1 failed, raw2 consumed.
 */
import type { Model, ModelFile } from './model.ts';

const created = new Date('2026-01-10T00:00:00Z');

function file(id: number, name: string, more: Partial<ModelFile>): ModelFile {
  return {
    id,
    name: `${name}.root`,
    size: 100 * id,
    eventCount: id,
    firstEvent: null,
    started: null,
    ended: null,
    created,
    createdBy: 'ann',
    type: 'detector',
    tier: null,
    stream: null,
    application: null,
    good: true,
    retired: false,
    checksums: [],
    parameters: {},
    parents: [],
    runs: [],
    locations: [{ path: '/data/pool', tape: null }],
    ...more,
  };
}

const version = (name: string) => ({ application: { family: 'art', name: 'reco', version: name } });

const raw = [1, 2, 3, 4, 5, 6].map((n) =>
  file(n, `raw${n}`, {
    tier: 'raw',
    ended: new Date(`2026-01-0${n}T12:00:00Z`),
    parameters: { 'det.mode': n % 2 === 0 ? 'even' : 'odd', 'det.number': n },
    checksums: [`md5:${n}`],
    runs:
      n <= 3
        ? [{ run: 10, subrun: n, type: 'physics' }]
        : n === 4
          ? [
              { run: 11, subrun: 1, type: 'physics' },
              { run: 12, subrun: null, type: 'cosmics' },
            ]
          : [],
    locations: [{ path: n === 1 ? 'enstore:/tape/1' : '/data/pool', tape: n === 1 ? 'VP1' : null }],
  }),
);

export const SMALL: Model = {
  experiment: 'small',
  files: [
    ...raw,
    file(7, 'reco1', { tier: 'reco', ...version('v1'), parents: [1] }),
    file(8, 'reco2', { tier: 'reco', ...version('v1'), parents: [2] }),
    file(9, 'reco3', { tier: 'reco', ...version('v1'), parents: [3], locations: [] }),
    file(10, 'reco4', { tier: 'reco', ...version('v2'), parents: [4] }),
    file(11, 'ana1', { tier: 'ana', ...version('v1'), parents: [7] }),
    file(12, 'hist1', { tier: 'hist', ...version('v1'), parents: [1, 2] }),
    file(13, 'late', { tier: 'raw' }),
    file(14, 'bad', { tier: 'raw', good: false }),
    file(15, 'old', { tier: 'raw', retired: true }),
  ],
  definitions: [
    { id: 1, name: 'raw', dims: 'data_tier raw and run_number 1-9' },
    { id: 2, name: 'raw', dims: 'data_tier raw' },
    { id: 3, name: 'slice', dims: 'snapshot_id 3' },
    { id: 4, name: 'first_four', dims: 'defname: raw with limit 4' },
    { id: 5, name: 'family', dims: 'isdescendantof:( file_name raw1.root )' },
  ],
  snapshots: [
    { id: 1, definitionId: 1, version: 1, files: [1, 2, 3, 4, 5, 6] },
    { id: 2, definitionId: 2, version: 2, files: [2, 1] },
    { id: 3, definitionId: null, version: 1, files: [7, 8, 1] },
  ],
  projects: [
    {
      id: 1,
      name: 'P',
      description: null,
      snapshotId: 1,
      files: ['consumed', 'completed', 'failed', 'skipped', 'delivered', 'unassigned'].map(
        (state, place) => ({
          fileId: place + 1,
          state,
          processId: state === 'unassigned' ? null : place < 3 ? 1 : 2,
        }),
      ),
    },
    {
      id: 2,
      name: 'Q',
      description: 'again',
      snapshotId: 2,
      files: [
        { fileId: 2, state: 'consumed', processId: 3 },
        { fileId: 1, state: 'failed', processId: 3 },
      ],
    },
  ],
  processes: [
    { id: 1, projectId: 1, state: 'completed', user: 'ann', description: 'job 1' },
    { id: 2, projectId: 1, state: 'bad', user: 'bob', description: 'job 2' },
    { id: 3, projectId: 2, state: 'active', user: 'ann', description: null },
  ],
};
