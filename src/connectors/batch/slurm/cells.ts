/** The text that Slurm's commands print, line by line and cell by cell. All throw an Error that says what is wrong. */

/** The lines of an answer, of which the first shows whether it is one. */
export function linesOf(text: string, cells: number): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('its answer breaks off');
  const lines = text.slice(0, -1).split('\n');
  const [first = ''] = lines;
  if (cut(first, cells)[0].length < cells) throw strange(first);
  return lines;
}

/** For what is not as Slurm prints it. */
export function strange(line: string): Error {
  return new Error(`it printed what cannot be understood: ${line.slice(0, 80)}`);
}

/** The first `count` cells of a line, and the rest as it is. */
export function cut(line: string, count: number): [string[], string] {
  const cells: string[] = [];
  let from = 0;
  while (cells.length < count) {
    const bar = line.indexOf('|', from);
    if (bar < 0) return [cells, ''];
    cells.push(line.slice(from, bar));
    from = bar + 1;
  }
  return [cells, line.slice(from)];
}

/** Exit code and signal: `3:0`; the squeue of 22.05 prints the status as wait(2) has it, `768`. */
export function exitIn(text: string | undefined, line: string): [number, number] {
  const parts = /^(\d+)(?::(\d+))?$/.exec(text ?? '');
  if (parts === null) throw strange(line);
  const first = Number(parts[1]);
  return parts[2] === undefined ? [first >> 8, first & 127] : [first, Number(parts[2])];
}

export function wholeNumber(text: string | undefined, line: string): number {
  if (!/^\d{1,15}$/.test(text ?? '')) throw strange(line);
  return Number(text);
}

export function word(text: string | undefined, line: string): string {
  if (!/^[A-Z_]+$/.test(text ?? '')) throw strange(line);
  return text ?? '';
}

/** Times read lately: the jobs of a cluster have few different ones, and reading them was half of the cost of a look. */
const times = new Map<string, number | null>();
const MAX_TIMES = 20_000;

/** Milliseconds of `2026-11-24T07:48:01`; null for Slurm's words that there is no such time. */
export function timeOf(text = ''): number | null {
  const known = times.get(text);
  if (known !== undefined) return known;
  if (times.size >= MAX_TIMES) times.clear();
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : null;
  times.set(text, time);
  return time;
}
