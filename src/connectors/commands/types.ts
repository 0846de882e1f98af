/** Where the commands of an outside system run: on this machine, or with an account on another over ssh. */

export interface CommandResult {
  /** As a shell reports it: 128 + n for signal n. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** After which the command is ended. Default 60 s. */
  timeoutMs?: number;
  /** Of standard output, which the command may not exceed. Default 256 MiB. */
  maxBytes?: number;
  /** Variables for this command. */
  env?: Readonly<Record<string, string>>;
}

export interface Commands {
  /** For messages: `this machine`, `poms@gpvm01`. */
  readonly where: string;
  /**
   * Runs a command, an array of words that no shell interprets, and waits for its end. An exit code other than 0 is
   * an answer. Throws `outside-system`, saying what and where, when the command is not there or may not be run, did
   * not end in time, printed too much, or the machine cannot be reached.
   */
  run(words: readonly string[], options?: CommandOptions): Promise<CommandResult>;
}

export const COMMAND_TIMEOUT_MS = 60_000;
export const COMMAND_MAX_BYTES = 256 * 1024 * 1024;
