// What is known of the data and of the physics: no files, no POMS. The jobs and direct.mjs share it.

/** One week of earthquakes as the USGS published them: a GeoJSON feature each, in the order of time. */
export function inOrderOfTime(geojson) {
  return geojson.features.toSorted((a, b) => a.properties.time - b.properties.time);
}

/** Width of a magnitude bin. */
export const BIN = 0.1;

/**
 * Completeness magnitude: from here on every quake on earth is in the data. Smaller ones are listed only where
 * many seismometers stand, so they would bend the line; 4.5 is what the USGS aims at for the whole world.
 */
export const COMPLETE_FROM = 4.5;

/** Raised for a record that lacks what its quality is judged by. */
export class PoorRecord extends Error {}

/**
 * The records that are earthquakes (not explosions or quarry blasts) and what became of the others. A record
 * without `rms`, the travel time residual in s, cannot be judged: strictly it is an error, tolerantly it is
 * dropped and counted.
 */
export function select(records, { tolerant }) {
  const selected = [];
  const dropped = { noQuality: 0, noQuake: 0 };
  for (const record of records) {
    const { mag, magType, rms, time, type } = record.properties;
    if (rms === null) {
      if (!tolerant) throw new PoorRecord(`record ${record.id} has no rms`);
      dropped.noQuality += 1;
    } else if (type !== 'earthquake') {
      dropped.noQuake += 1;
    } else {
      const [longitude, latitude, depth] = record.geometry.coordinates;
      selected.push({ id: record.id, time, mag, magType, rms, longitude, latitude, depth });
    }
  }
  return { selected, dropped };
}

/** How many quakes are in each magnitude bin: `{ bins: { '45': 12 } }` are 12 of magnitude 4.45 to 4.55. */
export function histogram(quakes) {
  const bins = {};
  for (const { mag } of quakes) {
    const bin = Math.round(mag / BIN);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { quakes: quakes.length, bins };
}

/** The sum of histograms. */
export function sum(histograms) {
  const total = { quakes: 0, bins: {} };
  for (const { quakes, bins } of histograms) {
    total.quakes += quakes;
    for (const [bin, count] of Object.entries(bins)) total.bins[bin] = (total.bins[bin] ?? 0) + count;
  }
  return total;
}

/** Magnitude (centre of the bin) and count, in the order of magnitude. */
export function points({ bins }) {
  return Object.entries(bins)
    .map(([bin, count]) => ({ magnitude: Number((bin * BIN).toFixed(1)), count }))
    .sort((a, b) => a.magnitude - b.magnitude);
}

/**
 * The b-value of Gutenberg and Richter, log10 N(>=M) = a - b M, by maximum likelihood (Aki 1965):
 * b = log10(e) / (mean M - Mc), where Mc is the lower border of the first complete bin (Utsu 1966), with the
 * standard error b / sqrt(N).
 */
export function gutenbergRichter(summed) {
  const complete = points(summed).filter(({ magnitude }) => magnitude >= COMPLETE_FROM - BIN / 2);
  const count = complete.reduce((n, point) => n + point.count, 0);
  if (count === 0) throw new Error(`no quake of magnitude ${COMPLETE_FROM} or more: there is nothing to fit`);
  const mean = complete.reduce((total, point) => total + point.count * point.magnitude, 0) / count;
  const lowest = COMPLETE_FROM - BIN / 2;
  const b = Math.LOG10E / (mean - lowest);
  return {
    b,
    error: b / Math.sqrt(count),
    a: Math.log10(count) + b * lowest,
    count,
    mean,
    from: COMPLETE_FROM,
  };
}

/** What the whole campaign finds out, as its result file tells it. */
export function result(summed) {
  return { quakes: summed.quakes, ...gutenbergRichter(summed), binWidth: BIN, points: points(summed) };
}
