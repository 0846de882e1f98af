/** A launch as a person can run it by hand: one text for a shell, from the command that connects to the script's end. */
import { createHash } from 'node:crypto';
import { commandLine } from '../shell-words.ts';
import { redact } from './redact.ts';
import { environmentText } from './run-environment.ts';
import type { LaunchScript } from './types.ts';

const SECRET = /TOKEN|PASSWORD|PASSWD|SECRET/i;

/**
 * `connect`: words of the command to whose standard input the script goes; `path`: the PATH as shell text. Secrets are
 * left out. Throws a RangeError for an environment that no program can be given.
 */
export function byHandText(
  connect: readonly string[],
  script: Omit<LaunchScript, 'launchId'>,
  path: string,
): string {
  const env = Object.fromEntries(Object.entries(script.env).filter(([name]) => !SECRET.test(name)));
  const body = redact(`${environmentText(env, path)}${script.text.trimEnd()}`);
  // A line that the script does not have by chance.
  const end = `END_OF_LAUNCH_${createHash('sha256').update(body).digest('hex').slice(0, 8)}`;
  // The braces are read whole before anything runs, so that no command can read the rest of the script as its input.
  return [`${commandLine(connect)} <<'${end}'`, '{', body, '} < /dev/null', end, ''].join('\n');
}
