/**
 * Takes secrets out of what launch scripts print, before it is stored: JSON web tokens, vault tokens, private keys,
 * `Authorization` headers, and the values of variables whose names speak of a token, password or secret.
 *
 * Works on text in which each character stands for one byte (`latin1`), so that nothing else is altered; all that
 * is looked for is ASCII. The patterns take linear time on any text: each can begin only where a word begins.
 */

/** What is kept between two pieces of one output. Plain data: it is stored with the log. */
export interface RedactorState {
  /** An unfinished line, which may end in half a secret. */
  pending: string;
  /** Characters of a private key still to be dropped while its end has not come; 0: not within one. */
  keyLeft: number;
  /** A secret was cut by force: the rest of its line is dropped. */
  dropLine: boolean;
}

export const NOTHING_PENDING: Readonly<RedactorState> = { pending: '', keyLeft: 0, dropLine: false };

/** How much of an unfinished line is held back. */
const HOLD_BACK = 64 * 1024;
/** A private key longer than this has lost its end; what follows is shown again. */
const LONGEST_KEY = 64 * 1024;

const REDACTED = '[redacted]';
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/;

/** Redacts a text that is whole. */
export function redact(text: string): string {
  return redactPiece({ ...NOTHING_PENDING }, text, true).text;
}

/**
 * Redacts the next piece of an output. Returns what may be stored now, up to the last end of a line; with `final`
 * everything.
 */
export function redactPiece(state: RedactorState, piece: string, final: boolean) {
  const all = state.pending + piece;
  let cut = final ? all.length : all.lastIndexOf('\n') + 1;
  const forced = all.length - cut > HOLD_BACK;
  // At a blank near the end if there is one, so that a secret that stands there stays whole.
  const blank = all.lastIndexOf(' ') + 1;
  if (forced) cut = all.length - blank < HOLD_BACK / 2 ? blank : all.length;

  let text = all.slice(0, cut);
  const next: RedactorState = { ...state, pending: all.slice(cut) };
  if (next.dropLine) {
    const end = text.indexOf('\n');
    next.dropLine = end < 0;
    text = end < 0 ? '' : text.slice(end);
  }
  const { text: clean, left } = redactText(text, next.keyLeft);
  next.keyLeft = left;
  if (forced && clean.trimEnd().endsWith(REDACTED)) next.dropLine = true;
  return { text: clean, state: next };
}

/** Drops private keys, and redacts what lies between them. */
function redactText(text: string, left: number): { text: string; left: number } {
  let out = '';
  let rest = text;
  let keyLeft = left;
  for (;;) {
    if (keyLeft > 0) {
      const end = KEY_END.exec(rest.slice(0, keyLeft));
      if (!end && rest.length <= keyLeft) return { text: out, left: keyLeft - rest.length };
      rest = rest.slice(end ? end.index + end[0].length : keyLeft);
      keyLeft = 0;
    }
    const begin = KEY_BEGIN.exec(rest);
    if (!begin) return { text: out + redactWords(rest), left: 0 };
    out += `${redactWords(rest.slice(0, begin.index))}[redacted private key]`;
    rest = rest.slice(begin.index + begin[0].length);
    keyLeft = LONGEST_KEY;
  }
}

const SECRET_NAME = /TOKEN|PASSWORD|PASSWD|SECRET/i;
const SECRET_VALUE = /(?<!\w)(?=\w{0,120}(?:TOKEN|PASSWORD|PASSWD|SECRET))(\w{1,128}=)[^\n]+/gi;

function redactWords(text: string): string {
  // Most output has no such name, and looking for one alone is ten times as fast.
  const named = SECRET_NAME.test(text) ? text.replace(SECRET_VALUE, `$1${REDACTED}`) : text;
  return named
    .replace(/(Authorization["']?\s{0,4}[:=]\s{0,4}["']?)(?:Bearer|Basic)\s{1,4}[^\s"']+/gi, `$1${REDACTED}`)
    .replace(/(?<![\w-])eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*)*/g, REDACTED)
    .replace(/(?<![\w.-])(?:hvs|hvb|hvr)\.[\w-]{8,}/g, REDACTED)
    .replace(/(?<![\w.-])s\.[A-Za-z0-9]{20,}(?![\w.-])/g, REDACTED);
}
