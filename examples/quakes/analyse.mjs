// The job of the stage `analyse`: one histogram of the magnitudes in all files of its submission.
import { readFileSync } from 'node:fs';
import { application, eachFile, lines, options, publish, submission, wholeInput } from './lib/job.mjs';
import { histogram } from './lib/quakes.mjs';

const { version } = options({ version: 'v1' });

const input = wholeInput();
const made = histogram(input.flatMap(({ path }) => lines.read(readFileSync(path, 'utf8'))));
publish({
  name: `quakes-histogram-${submission}.json`,
  text: `${JSON.stringify(made)}\n`,
  metadata: {
    data_tier: 'histogram',
    event_count: made.quakes,
    application: application('analyse', version),
    parents: input.map(({ name }) => ({ file_name: name })),
  },
});
eachFile(version, () => {});
