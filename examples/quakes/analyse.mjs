// Job of the stage `analyse`: a histogram of magnitudes for each file that it is given.
import { readFileSync } from 'node:fs';
import { application, eachFile, fail, lines, options, partOf, publish, submission } from './lib/job.mjs';
import { histogram } from './lib/quakes.mjs';

const { version } = options({ version: 'v1' });

const { failed } = eachFile(version, (path, name) => {
  const made = histogram(lines.read(readFileSync(path, 'utf8')));
  publish({
    name: `quakes-histogram-${submission}-${partOf(name)}.json`,
    text: `${JSON.stringify(made)}\n`,
    metadata: {
      data_tier: 'histogram',
      event_count: made.quakes,
      application: application('analyse', version),
      parents: [{ file_name: name }],
    },
  });
});
if (failed > 0) fail(`${failed} of the files could not be analysed`, 3);
