/** What the command prints: tables, facts, JSON; colours only where a person looks at a terminal. */
import { styleText } from 'node:util';

export type Cell = string | number | null;

export interface Column<Row> {
  title: string;
  cell(row: Row): Cell;
  /** Colours the cell's text. */
  colour?(row: Row): Colour | null;
}

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta' | 'gray' | 'bold';

/** Where text goes, and whether it may be coloured. */
export interface Screen {
  write(text: string): void;
  colours: boolean;
}

/** Standard output; https://no-color.org is respected. */
export function standardScreen(
  stream: NodeJS.WriteStream = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): Screen {
  const wanted = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return { write: (text) => void stream.write(text), colours: stream.isTTY === true && wanted };
}

export function paint(screen: Pick<Screen, 'colours'>, colour: Colour | null, text: string): string {
  return screen.colours && colour !== null ? styleText(colour, text, { validateStream: false }) : text;
}

/** Columns aligned, numbers to the right, no blanks at the ends of lines. An empty table is its `empty` sentence. */
export function table<Row>(
  screen: Pick<Screen, 'colours'>,
  columns: Column<Row>[],
  rows: Row[],
  empty: string,
): string {
  if (rows.length === 0) return `${empty}\n`;
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, i) =>
    Math.max(width(column.title), ...cells.map((line) => width(show(line[i] ?? null)))),
  );
  const rightAligned = columns.map((_, i) =>
    cells.every((line) => line[i] === null || typeof line[i] === 'number'),
  );
  const pad = (text: string, i: number) => {
    const blanks = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(text)));
    if (rightAligned[i]) return blanks + text;
    // No blanks at the end of a line.
    return i === columns.length - 1 ? text : text + blanks;
  };
  const head = columns.map((column, i) => paint(screen, 'bold', pad(column.title, i)));
  const body = rows.map((row, r) =>
    columns.map((column, i) =>
      paint(screen, column.colour?.(row) ?? null, pad(show(cells[r]?.[i] ?? null), i)),
    ),
  );
  return [head, ...body].map((line) => `${line.join('  ').trimEnd()}\n`).join('');
}

/** `name  value` lines; what is null is left out. */
export function facts(entries: [string, Cell][]): string {
  const shown = entries.filter(([, value]) => value !== null && value !== '');
  const widest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(widest)}  ${show(value)}\n`).join('');
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Time for people: local, to the second. */
export function when(timestamp: string | null): string {
  if (timestamp === null) return '';
  const date = new Date(timestamp);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function show(cell: Cell): string {
  if (cell === null) return '';
  // A name must not move the cursor.
  return typeof cell === 'number' ? String(cell) : cell.replace(/\p{Cc}/gu, ' ');
}

/** Columns on a terminal: characters, not UTF-16 units. */
function width(text: string): number {
  return [...text].length;
}
