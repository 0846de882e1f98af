/** Commands of an outside system on this machine. */
import { execFile } from 'node:child_process';
import { PomsError } from '../../errors.ts';
import { COMMAND_MAX_BYTES, COMMAND_TIMEOUT_MS, type CommandResult, type Commands } from './types.ts';

export interface LocalCommandsOptions {
  /** Variables besides the server's own; its settings are left out. */
  env?: NodeJS.ProcessEnv;
}

export function createLocalCommands(options: LocalCommandsOptions = {}): Commands {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(POMS_|PG|NODE_|npm_)/.test(name));
  // Messages of outside commands are read by programs, so they must not follow the server's language.
  const env = { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8', ...options.env };
  const where = 'this machine';
  return {
    where,
    run: (words, { timeoutMs = COMMAND_TIMEOUT_MS, maxBytes = COMMAND_MAX_BYTES, env: own } = {}) =>
      new Promise<CommandResult>((resolve, reject) => {
        const [program = '', ...args] = words;
        const settings = {
          env: { ...env, ...own },
          timeout: timeoutMs,
          maxBuffer: maxBytes,
          killSignal: 'SIGKILL',
        } as const;
        const child = execFile(program, args, settings, (error, stdout, stderr) => {
          if (error === null) return resolve({ exitCode: 0, stdout, stderr });
          if (typeof error.code === 'number') return resolve({ exitCode: error.code, stdout, stderr });
          const problem = problemOf(error, program, { timeoutMs, maxBytes });
          reject(
            new PomsError('outside-system', { system: `${program} on ${where}`, problem }, { cause: error }),
          );
        });
        child.stdin?.on('error', () => {});
        child.stdin?.end();
      }),
  };
}

function problemOf(
  error: { code?: string | number | null; killed?: boolean; signal?: NodeJS.Signals | null },
  program: string,
  limits: { timeoutMs: number; maxBytes: number },
): string {
  switch (error.code) {
    case 'ENOENT':
      return `there is no such command (${program})`;
    case 'EACCES':
      return 'it may not be run by the account of POMS';
    case 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER':
      return `it printed more than ${limits.maxBytes} bytes`;
    default:
      if (error.killed === true) return `it did not end within ${limits.timeoutMs / 1000} s`;
      return `it was ended by ${error.signal ?? error.code ?? 'something unknown'}`;
  }
}
