/** The part of a log that is loaded: a stretch of bytes that grows at both ends. Pure. */

export interface LogText {
  /** Byte at which `text` begins. */
  start: number;
  /** Byte after its last. */
  end: number;
  /** Bytes of the whole log when it was last asked for. */
  size: number;
  text: string;
  /** Nothing will be added to it any more. */
  ended: boolean;
}

export interface Piece {
  text: string;
  offset: number;
  size: number;
  ended: boolean;
}

const encoder = new TextEncoder();

/** Bytes that a text takes in the file. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The first piece. One that begins within the log begins with the next whole line. */
export function begin(piece: Piece): LogText {
  const end = piece.offset + byteLength(piece.text);
  if (piece.offset === 0) return { start: 0, end, size: piece.size, text: piece.text, ended: piece.ended };
  const cut = piece.text.indexOf('\n') + 1;
  const text = piece.text.slice(cut);
  return { start: end - byteLength(text), end, size: piece.size, text, ended: piece.ended };
}

/** What was written since. A log that became shorter was written anew and begins again. */
export function append(log: LogText, piece: Piece): LogText {
  if (piece.size < log.end) return begin(piece);
  const text = piece.offset === log.end ? piece.text : '';
  return {
    ...log,
    text: log.text + text,
    end: log.end + byteLength(text),
    size: piece.size,
    ended: piece.ended,
  };
}

/** What stands before; the piece must end where the loaded part begins. */
export function prepend(log: LogText, piece: Piece): LogText {
  const part = begin(piece);
  return { ...log, start: part.start, text: part.text + log.text };
}

export interface LogLine {
  /** Line number from 1 when the beginning is loaded, else the byte at which the line begins: both never change. */
  label: number;
  text: string;
  /** Looks like an error: marked in the gutter. */
  error: boolean;
}

const ERROR =
  /\b(error|exception|traceback|fatal|segmentation fault|no such file|permission denied|command not found|killed)\b/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with the escape character.
const TERMINAL = /\u001b\[[0-9;?]*[A-Za-z]/g;

export function linesOf({ text, start }: Pick<LogText, 'text' | 'start'>): LogLine[] {
  if (text === '') return [];
  const pieces = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  let byte = start;
  return pieces.map((piece, index) => {
    const label = start === 0 ? index + 1 : byte;
    if (start !== 0) byte += byteLength(piece) + 1;
    const shown = piece.replace(/\r$/, '').replace(TERMINAL, '');
    return { label, text: shown, error: ERROR.test(shown) };
  });
}
