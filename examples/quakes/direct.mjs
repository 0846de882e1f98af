// The same result without POMS, in one go: what the campaign must find, to the last digit.
// `node examples/quakes/direct.mjs` prints it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { histogram, inOrderOfTime, result, select } from './lib/quakes.mjs';

/** The result file's content. */
export function direct() {
  const source = join(import.meta.dirname, '../../node_modules/vega-datasets/data/earthquakes.json');
  const quakes = inOrderOfTime(JSON.parse(readFileSync(source, 'utf8')));
  return result(histogram(select(quakes, { tolerant: true }).selected));
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(direct(), null, 1));
