/** The line of a log that tells best why its job failed. */

/** Characters of the line that are kept. */
const LENGTH = 500;
/** Lines from the end that are looked at. */
const LINES = 400;

/** What says how a program died: stronger than what speaks of an error. */
const FATAL =
  /\b(fatal|panic(ked)?|segmentation (fault|violation)|core dumped|bus error|stack smashing|out of memory|oom-kill(er|ed)?|bad_alloc|terminate called|uncaught|assertion .*failed|aborting)\b/i;
/** Names of exceptions at the beginning, with or without their package: `ValueError: …`, `Caused by: java.io.IOException: …`. */
const EXCEPTION =
  /^(Caused by: |Exception in thread .*?)?([\w$]+[.:]+)*[A-Z]\w*(Error|Exception|Exit|Interrupt)\b/;
const ERROR =
  /\b(\w*(error|exception)|err|failed|failure|failing|cannot|can't|could not|unable to|not found|no such (file|option|command|key)|permission denied|refused|denied|timed out|no space left|invalid|illegal|killed|aborted|missing|unrecognized|undefined (symbol|reference|variable))\b/i;
/** Counts of no errors, and what only repeats that there was one. */
const NONE =
  /\b(0|no|zero|without) (errors?|exceptions?|failures?|warnings?)\b|\b(errors?|failed|failures?)\s*[:=]\s*(0|none|false)\b/i;
const ECHO =
  /\b(exit(ed)?|return(ed)?|status|ended) (with |was )?(an? )?(non-?zero )?(error|status|code|exit|failure)\b.{0,40}$|\bsee (the )?log\b/i;
/** Where in the program, not why. */
const FRAME = /^\s+(at |File "|\.{3} \d+ more)|^#\d+\s+0x|^\s*(raise|throw) /;
const TRACEBACK = /^\s*(Traceback \(most recent call last\)|During handling of the above exception)/;
/** What a shell with `set -x` echoes before it is done. */
const TRACE = /^\++ /;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of terminals begin with an escape character
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g;
const CONTROLS = /[\p{Cc}\p{Surrogate}]/gu;

/**
 * The line of this output that tells best why its program ended: an exception or what is fatal, else an error, else the
 * last that is not empty. Of equals the last, which is nearest to the end. Without colours, cut to 500 characters;
 * null where the text is blank. `cut`: the text begins within a line, which is left out.
 */
export function tellingLine(text: string, { cut = false }: { cut?: boolean } = {}): string | null {
  const lines = text
    .split(/\r\n|\r|\n/)
    .slice(cut ? 1 : 0)
    .slice(-LINES)
    .map((line) =>
      line
        .slice(0, 4 * LENGTH)
        .replace(COLOURS, '')
        .slice(0, LENGTH)
        .replace(CONTROLS, ' ')
        .trimEnd(),
    )
    .filter((line) => line.trim() !== '');
  let best: string | null = null;
  let most = -1;
  for (const line of lines) {
    const strength = strengthOf(line);
    if (strength >= most) {
      best = line;
      most = strength;
    }
  }
  return best?.trim() ?? null;
}

function strengthOf(line: string): number {
  if (TRACEBACK.test(line) || FRAME.test(line) || TRACE.test(line)) return 0;
  if (NONE.test(line)) return 1;
  if (ECHO.test(line)) return 2;
  if (EXCEPTION.test(line) || FATAL.test(line)) return 4;
  return ERROR.test(line) ? 3 : 1;
}
