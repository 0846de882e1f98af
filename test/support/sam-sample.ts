/** Metadata of a few files, as an experiment declares them to SAM. */

/** Raw data on tape and behind a door. */
export const raw = (n: number) => ({
  file_name: `raw${n}.root`,
  file_type: 'detector',
  file_size: n * 10,
  data_tier: 'raw',
  event_count: n,
  runs: [[6837, n, 'test']],
  checksum: [`enstore:${n}`, `md5:${n}`],
  application: { family: 'online', name: 'daq', version: 'v1' },
  'Det.Mode': n % 2 === 0 ? 'even' : 'odd',
  'Det.count': n,
  locations: [`enstore:/pnfs/dune/raw(${n}@VP0001)`, 'root://door.example.org//dune/raw'],
});
/** Made of raw1.root. */
export const reco = {
  file_name: 'reco1.root',
  file_type: 'detector',
  file_size: 5,
  data_tier: 'reco',
  parents: ['raw1.root'],
};
/** Made of reco1.root. */
export const ana = {
  file_name: 'ana1.root',
  file_type: 'detector',
  file_size: 5,
  data_tier: 'ana',
  parents: [{ file_name: 'reco1.root' }],
};
