// Job of the stage `select`: keeps the earthquakes of each file that it is given. In strict mode a file with a
// record that cannot be judged fails; the job goes on with other files and ends with status 3.
import { readFileSync } from 'node:fs';
import { application, eachFile, fail, lines, options, partOf, publish, submission } from './lib/job.mjs';
import { select } from './lib/quakes.mjs';

const { mode, version } = options({ mode: 'strict', version: 'v1' });
if (mode !== 'strict' && mode !== 'tolerant') fail(`there is no mode ${mode}, only strict and tolerant`, 2);

const { failed } = eachFile(version, (path, name) => {
  const { selected, dropped } = select(lines.read(readFileSync(path, 'utf8')), {
    tolerant: mode === 'tolerant',
  });
  publish({
    name: `quakes-selected-${submission}-${partOf(name)}.ndjson`,
    text: lines.write(selected),
    metadata: {
      data_tier: 'selected',
      event_count: selected.length,
      application: application('select', version),
      parents: [{ file_name: name }],
      'quakes.mode': mode,
      'quakes.dropped_without_rms': dropped.noQuality,
      'quakes.dropped_no_earthquake': dropped.noQuake,
    },
  });
});
if (failed > 0) fail(`${failed} of the files have records without quality`, 3);
