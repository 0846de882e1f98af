/** Messages that mean the same made the same: what differs from job to job is taken out. */

/** Characters of a message that are looked at, and of what is made of it at most. */
const LOOKED_AT = 4000;
const LENGTH = 300;

/** Between words. Captured, so that the parts put together are the text again. */
const BETWEEN = /([\s'"`()[\]{}<>,;=|]+)/;
/** A full stop behind a word belongs to the sentence. */
const SENTENCE_END = /[.:!?]+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** With letters and digits: digits alone are a number. */
const HEX = /^(0x[0-9a-f]+|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,})$/i;
const TIME = /^(\d{4}-\d\d-\d\d|\d{1,2}:\d\d)/;
/** With a domain of two labels at least, or four numbers; `java.lang.Error` is none for its capitals. */
const HOST = /^([a-z0-9-]+(\.[a-z0-9-]+)+\.[a-z]{2,6}|\d+(\.\d+){3})(:\d+)?$/;
const NUMBER = /[-+]?\d+(\.\d+)*(e[-+]?\d+)?/gi;
/** A word with so many numbers between letters is a made-up id. */
const ID_NUMBERS = 3;
const LONGEST_WORD = 100;

/**
 * The message with paths, addresses, hosts, times, ids and numbers replaced, whitespace folded, 300 characters at most.
 * The signature of a signature is itself. Linear in the length of the message, of which 4,000 characters are read.
 */
export function signatureOf(message: string): string {
  const folded = message
    .slice(0, LOOKED_AT)
    .replace(/[\p{Cc}\p{Surrogate}\s]+/gu, ' ')
    .trim();
  let signature = '';
  for (const part of folded.split(BETWEEN)) {
    const made = BETWEEN.test(part) ? part : wordOf(part);
    // Cut between words only: half a word could read as something else.
    if (signature.length + made.length > LENGTH) break;
    signature += made;
  }
  return signature.trim();
}

function wordOf(part: string): string {
  const end = SENTENCE_END.exec(part)?.[0] ?? '';
  const word = part.slice(0, part.length - end.length);
  return replacement(word) + end;
}

function replacement(word: string): string {
  if (word.includes('/') || word.includes('\\')) return '<path>';
  if (word.includes('@')) return '<address>';
  if (word.length > LONGEST_WORD || UUID.test(word) || HEX.test(word)) return '<id>';
  if (TIME.test(word)) return '<time>';
  if (HOST.test(word)) return '<host>';
  const made = word.replace(NUMBER, '#');
  return made.split('#').length > ID_NUMBERS && /[a-z]/i.test(made) ? '<id>' : made;
}
