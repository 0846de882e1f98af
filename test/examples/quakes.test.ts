/** The physics of the sample campaign, and what its cut into files must have for the demo to go well. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

const sample = (name: string) => import(join(packageRoot, 'examples', 'quakes', name));
const { gutenbergRichter, histogram, inOrderOfTime, result, select, sum } = await sample('lib/quakes.mjs');
const { plot } = await sample('lib/plot.mjs');
const { direct } = await sample('direct.mjs');

interface Quake {
  properties: { mag: number; rms: number | null; time: number; type: string };
}
const week: Quake[] = inOrderOfTime(
  JSON.parse(readFileSync(join(packageRoot, 'node_modules/vega-datasets/data/earthquakes.json'), 'utf8')),
);
/** As ingest.mjs cuts it: 40 files of 42 records, the last one takes the rest. */
const files = Array.from({ length: 40 }, (_, part) =>
  week.slice(part * 42, part === 39 ? undefined : (part + 1) * 42),
);

it('has at most one bad file in a slice of ten: more than a third of five failed jobs would fail the submission', () => {
  const bad = files.map((file) => file.some(({ properties }) => properties.rms === null));
  const perSlice = [0, 10, 20, 30].map((from) => bad.slice(from, from + 10).filter(Boolean).length);
  expect(perSlice).toEqual([1, 1, 0, 1]);
});

it('fails strictly on a record without quality and drops it tolerantly', () => {
  const [file] = files.slice(9, 10);
  expect(() => select(file, { tolerant: false })).toThrow(/has no rms/);
  const { selected, dropped } = select(file, { tolerant: true });
  expect(selected.length + dropped.noQuality + dropped.noQuake).toBe(42);
});

it('sums histograms of parts to the histogram of the whole', () => {
  const parts = files.map((file) => histogram(select(file, { tolerant: true }).selected));
  expect(result(sum(parts))).toEqual(direct());
});

it('fits the b-value of Aki 1965, computed here from the magnitudes themselves', () => {
  const magnitudes = week
    .filter(({ properties }) => properties.rms !== null && properties.type === 'earthquake')
    .map(({ properties }) => Math.round(properties.mag * 10) / 10)
    .filter((magnitude) => magnitude > 4.45);
  const mean = magnitudes.reduce((total, magnitude) => total + magnitude, 0) / magnitudes.length;
  const b = Math.log10(Math.E) / (mean - 4.45);
  const found = direct();
  expect(found.count).toBe(magnitudes.length);
  expect(found.b).toBeCloseTo(b, 10);
  expect(found.error).toBeCloseTo(b / Math.sqrt(magnitudes.length), 10);
});

it('refuses to fit nothing', () => {
  expect(() => gutenbergRichter(histogram([{ mag: 1 }]))).toThrow(/nothing to fit/);
});

it('draws every point inside the frame, the same each time', () => {
  const found = direct();
  const picture: string = plot(found);
  expect(plot(found)).toBe(picture);
  expect(picture).toContain('b = 0.80 ± 0.09');
  const circles = [...picture.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  // Two more are in the legend.
  expect(circles).toHaveLength(found.points.length + 2);
  for (const [x = 0, y = 0] of circles) expect(x >= 84 && x <= 856 && y >= 92 && y <= 508).toBe(true);
});
