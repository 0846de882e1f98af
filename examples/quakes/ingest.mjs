// Job of the stage `ingest`: cuts the week of quakes into files of equal length, in the order of time, and defines
// the dataset that the stages which depend on this one are launched on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { application, lines, options, pomsFiles, publish, submission } from './lib/job.mjs';
import { inOrderOfTime } from './lib/quakes.mjs';

const { version, files } = options({ version: 'v1', files: '40' });
const count = Number(files);

const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/earthquakes.json');
const quakes = inOrderOfTime(JSON.parse(readFileSync(source, 'utf8')));
const each = Math.floor(quakes.length / count);
const instant = (quake) => new Date(quake.properties.time).toISOString();

const parts = Array.from({ length: count }, (_, part) => {
  // The last file takes what is left over.
  const records = quakes.slice(part * each, part === count - 1 ? undefined : (part + 1) * each);
  return {
    name: `quakes-raw-${submission}-${String(part).padStart(2, '0')}.ndjson`,
    text: lines.write(records),
    metadata: {
      data_tier: 'raw',
      event_count: records.length,
      start_time: instant(records[0]),
      end_time: instant(records.at(-1)),
      application: application('ingest', version),
    },
  };
});
publish(...parts);

// A generator has no input from which POMS could tell its output, so it names it itself: the first dependent's.
pomsFiles('define', `poms_depends_${submission}_1`, `file_name like 'quakes-raw-${submission}-%'`);
console.log(`${quakes.length} quakes in ${count} files`);
