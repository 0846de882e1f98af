/** Numbers as people read them (console.md, Words). */

const THIN_SPACE = '\u202f';

/** Counts with thin spaces: `12 345`. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

/** `1 job`, `2 jobs`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share of 0 to 1 without decimals, with one under 1 % and over 99 %: what is not everything never reads 100 %. */
export function percent(share: number): string {
  const value = share * 100;
  if (value <= 0) return '0%';
  if (value >= 100) return '100%';
  if (value < 1) return value < 0.1 ? '<0.1%' : `${value.toFixed(1)}%`;
  if (value > 99) return value > 99.9 ? '>99.9%' : `${value.toFixed(1)}%`;
  return `${Math.round(value)}%`;
}

/** Bytes in powers of 1000: `3.2 GB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : 1;
  return `${scaled.toFixed(digits)} ${units[unit] ?? ''}`;
}
