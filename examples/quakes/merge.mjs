// The job of the stage `merge`: sums all histograms, fits the b-value, writes the result and its picture.
import { readFileSync } from 'node:fs';
import { application, eachFile, options, publish, submission, wholeInput } from './lib/job.mjs';
import { plot } from './lib/plot.mjs';
import { result, sum } from './lib/quakes.mjs';

const { version } = options({ version: 'v1' });

const input = wholeInput();
const summed = sum(input.map(({ path }) => JSON.parse(readFileSync(path, 'utf8'))));
const found = result(summed);

const metadata = {
  event_count: found.quakes,
  application: application('merge', version),
  parents: input.map(({ name }) => ({ file_name: name })),
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
