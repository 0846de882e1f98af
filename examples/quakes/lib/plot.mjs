// The picture of the result, as SVG text: how often each magnitude occurs, with the fitted law. White background,
// so that it reads the same wherever it is shown.
const SIZE = { width: 880, height: 580 };
const FRAME = { left: 84, right: 856, top: 92, bottom: 508 };
const COLOUR = {
  ink: '#1c2733',
  soft: '#5b6875',
  grid: '#e3e8ed',
  point: '#1463b8',
  open: '#8a97a5',
  fit: '#c2410c',
};
/** Lower end of the axis of counts: a single quake stays well above it, and its bar reaches down to it. */
const FLOOR = 0.4;

/** `found` is the result's content: points, b, error, count, from, binWidth. */
export function plot(found) {
  const scales = scalesOf(found.points);
  const parts = [
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    text(FRAME.left, 40, 'Earthquakes of one week', { size: 22, weight: 600 }),
    text(FRAME.left, 66, 'How often each magnitude occurred, and the law of Gutenberg and Richter', {
      fill: COLOUR.soft,
    }),
    ...axes(scales),
    fitLine(found, scales),
    ...found.points.map((point) =>
      dataPoint(point, point.magnitude >= found.from - found.binWidth / 2, scales),
    ),
    ...legend(found),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}" role="img" aria-label="${title(found)}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif">`,
    `<title>${title(found)}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function title({ b, error, count, from }) {
  return `Magnitudes of the earthquakes of one week: b = ${b.toFixed(2)} ± ${error.toFixed(2)}, from ${count} of magnitude ${from} or more`;
}

/** From magnitude and count to places in the picture; whole magnitudes and powers of ten as limits. */
function scalesOf(points) {
  const magnitudes = points.map(({ magnitude }) => magnitude);
  const [low, high] = [Math.floor(Math.min(...magnitudes)), Math.ceil(Math.max(...magnitudes))];
  const most = Math.max(...points.map(({ count }) => count + Math.sqrt(count)));
  const top = 10 ** Math.ceil(Math.log10(most));
  const across = (FRAME.right - FRAME.left) / (high - low);
  const up = (FRAME.bottom - FRAME.top) / Math.log10(top / FLOOR);
  return {
    low,
    high,
    top,
    x: (magnitude) => FRAME.left + (magnitude - low) * across,
    y: (count) => FRAME.bottom - Math.log10(Math.max(count, FLOOR) / FLOOR) * up,
  };
}

function axes({ low, high, top, x, y }) {
  const parts = [];
  for (let magnitude = low; magnitude <= high; magnitude += 1) {
    parts.push(line(x(magnitude), FRAME.top, x(magnitude), FRAME.bottom, COLOUR.grid));
    parts.push(
      text(x(magnitude), FRAME.bottom + 24, String(magnitude).replace('-', '−'), { anchor: 'middle' }),
    );
  }
  for (let count = 1; count <= top; count *= 10) {
    parts.push(line(FRAME.left, y(count), FRAME.right, y(count), COLOUR.grid));
    parts.push(text(FRAME.left - 12, y(count) + 5, String(count), { anchor: 'end' }));
    for (let minor = 2; minor < 10 && count < top; minor += 1) {
      parts.push(line(FRAME.left, y(count * minor), FRAME.left + 5, y(count * minor), COLOUR.soft));
    }
  }
  const middle = (FRAME.top + FRAME.bottom) / 2;
  return [
    ...parts,
    line(FRAME.left, FRAME.top, FRAME.left, FRAME.bottom, COLOUR.ink, 1.5),
    line(FRAME.left, FRAME.bottom, FRAME.right, FRAME.bottom, COLOUR.ink, 1.5),
    text((FRAME.left + FRAME.right) / 2, SIZE.height - 22, 'Magnitude M', { anchor: 'middle', weight: 600 }),
    `<g transform="translate(28 ${middle}) rotate(-90)">${text(0, 0, 'Earthquakes per 0.1 of magnitude', { anchor: 'middle', weight: 600 })}</g>`,
  ];
}

/** A point with its statistical error, the square root of N; filled where it takes part in the fit. */
function dataPoint({ magnitude, count }, fitted, { x, y }) {
  const [cx, colour] = [x(magnitude), fitted ? COLOUR.point : COLOUR.open];
  const error = Math.sqrt(count);
  return `${line(cx, y(count - error), cx, y(count + error), colour, 1.3)}<circle cx="${at(cx)}" cy="${at(y(count))}" r="4" fill="${fitted ? colour : '#ffffff'}" stroke="${colour}" stroke-width="1.5"/>`;
}

/** The expected count per bin: solid where it was fitted, dashed where it is carried on to smaller magnitudes. */
function fitLine({ b, count, from, binWidth }, { high, top, x, y }) {
  const start = from - binWidth / 2;
  const expected = (magnitude) =>
    count * (1 - 10 ** (-b * binWidth)) * 10 ** (-b * (magnitude - binWidth / 2 - start));
  // Straight on a logarithmic axis; it ends where it leaves the frame.
  const reaches = (level) => start + binWidth / 2 - Math.log10(level / expected(start + binWidth / 2)) / b;
  const [first, last] = [reaches(top), Math.min(high, reaches(FLOOR))];
  const solid = line(x(from), y(expected(from)), x(last), y(expected(last)), COLOUR.fit, 2.5);
  const dashed = line(x(first), y(expected(first)), x(from), y(expected(from)), COLOUR.fit, 2, '7 6');
  const border = line(x(start), FRAME.top, x(start), FRAME.bottom, COLOUR.soft, 1, '2 4');
  return `${border}${dashed}${solid}`;
}

function legend({ b, error, count, quakes, from }) {
  const [x, y] = [FRAME.right - 216, FRAME.top + 34];
  return [
    `<rect x="${x - 12}" y="${y - 22}" width="222" height="122" rx="6" fill="#ffffff" stroke="${COLOUR.grid}"/>`,
    text(x, y + 4, `b = ${b.toFixed(2)} ± ${error.toFixed(2)}`, { size: 19, weight: 600, fill: COLOUR.fit }),
    `<circle cx="${x + 6}" cy="${y + 28}" r="4" fill="${COLOUR.point}"/>`,
    text(x + 22, y + 33, `M ≥ ${from}: ${count}, fitted`, {}),
    `<circle cx="${x + 6}" cy="${y + 54}" r="4" fill="#ffffff" stroke="${COLOUR.open}" stroke-width="1.5"/>`,
    text(x + 22, y + 59, `M < ${from}: ${quakes - count}, incomplete`, {}),
    text(x, y + 85, 'Bars: √N', { fill: COLOUR.soft }),
  ];
}

function line(x1, y1, x2, y2, colour, width = 1, dash = '') {
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`;
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" stroke="${colour}" stroke-width="${width}"${dashes}/>`;
}

function text(x, y, words, { size = 14, weight = 400, fill = COLOUR.ink, anchor = 'start' }) {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escaped}</text>`;
}

/** Two decimals: the same picture byte for byte on every machine. */
function at(number) {
  return Number(number.toFixed(2));
}
