// The job of the stage `merge`: sums all histograms, fits the b-value, writes the result and its picture.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { application, eachFile, fail, options, pomsFiles, project, publish, submission } from './lib/job.mjs';
import { plot } from './lib/plot.mjs';
import { result, sum } from './lib/quakes.mjs';

const { version } = options({ version: 'v1' });

// A sum needs all of its input, also when the job runs a second time and an earlier run has taken files already.
// So the input is what the project was made of, and taking the files comes last.
const names = pomsFiles('list', `snapshot_for_project_name ${project}`).split('\n').filter(Boolean).sort();
if (names.length === 0) fail('there is nothing to merge');
const summed = sum(names.map((name) => JSON.parse(readFileSync(pathOf(name), 'utf8'))));
const found = result(summed);

const metadata = {
  event_count: found.quakes,
  application: application('merge', version),
  parents: names.map((name) => ({ file_name: name })),
  'quakes.b_value': found.b,
  'quakes.b_error': found.error,
};
publish(
  {
    name: `quakes-result-${submission}.json`,
    text: `${JSON.stringify(found, null, 1)}\n`,
    metadata: { ...metadata, data_tier: 'result' },
  },
  {
    name: `quakes-plot-${submission}.svg`,
    text: plot(found),
    metadata: { ...metadata, data_tier: 'plot' },
  },
);
eachFile(version, () => {});
console.log(
  `b = ${found.b.toFixed(3)} +- ${found.error.toFixed(3)} from ${found.count} quakes of magnitude ${found.from} or more`,
);

/** A location is the folder of a file, or its whole path. */
function pathOf(name) {
  const location = pomsFiles('locate', name).split('\n')[0];
  return location.endsWith(`/${name}`) ? location : join(location, name);
}
