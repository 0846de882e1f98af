/**
 * The text of a PostgreSQL array, for statements that take thousands of values. node-postgres would quote and escape
 * each number too, which costs several microseconds a row; this costs one.
 */
export function arrayText(values: readonly (string | number | null)[]): string {
  let text = '{';
  for (let n = 0; n < values.length; n++) {
    if (n > 0) text += ',';
    const value = values[n] ?? null;
    if (value === null) text += 'NULL';
    else if (typeof value === 'number') text += value;
    else text += SPECIAL.test(value) ? `"${value.replace(SPECIALS, '\\$&')}"` : `"${value}"`;
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;
const SPECIALS = /["\\]/g;
