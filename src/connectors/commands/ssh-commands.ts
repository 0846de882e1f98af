/** Commands of an outside system, with an account on another machine. */

import { PomsError } from '../../errors.ts';
import { commandLine, shellWord } from '../shell-words.ts';
import { runOverSsh, type SshTarget } from '../ssh/ssh.ts';
import { COMMAND_MAX_BYTES, COMMAND_TIMEOUT_MS, type Commands } from './types.ts';

export interface SshCommandsOptions {
  /** Shell text that runs before each command: the login setup's, or what finds the commands. */
  setup?: string;
}

export function createSshCommands(target: SshTarget, options: SshCommandsOptions = {}): Commands {
  const where = `${target.account}@${target.name}`;
  return {
    where,
    run: async (words, { timeoutMs = COMMAND_TIMEOUT_MS, maxBytes = COMMAND_MAX_BYTES, env = {} } = {}) => {
      const [program = ''] = words;
      // ssh leaves a command running when its client is ended, so the command is ended there, and before.
      const seconds = Math.max(1, Math.floor(timeoutMs / 1000));
      const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      const script = [
        ...(options.setup === undefined ? [] : [`{\n${options.setup}\n} >&2`]),
        `command -v ${shellWord(program)} >/dev/null || exit 127`,
        `exec timeout -k 5 ${seconds} ${commandLine(['env', ...variables, ...words])}`,
      ].join('\n');
      const answer = await runOverSsh(target, script, { timeoutMs: timeoutMs + 15_000, maxBytes });
      const problem = ENDS[answer.exitCode];
      if (problem === undefined) return answer;
      throw new PomsError('outside-system', { system: `${program} on ${where}`, problem: problem(seconds) });
    },
  };
}

/** Exit codes of `timeout` and of the shell that mean that the command gave no answer. */
const ENDS: Record<number, (seconds: number) => string> = {
  124: (seconds) => `it did not end within ${seconds} s`,
  126: () => 'it may not be run by this account',
  127: () => 'there is no such command',
  137: (seconds) => `it was killed, at the latest after ${seconds} s`,
};
