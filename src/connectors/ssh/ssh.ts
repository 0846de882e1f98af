/**
 * Scripts on another machine, by the OpenSSH client: one shared connection for each host and account, host keys
 * checked, never a question at a terminal (design 7, tenet 10).
 *
 * Nothing built from data stands on a local command line: host, port and options come from the systems file, the
 * account is checked, and the script travels on standard input, is read whole, and then runs in a shell of its own
 * with a clean environment. Two marks around its output tell it from what the account's start files print, and
 * tell the script's own exit code from ssh's 255.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { PomsError } from '../../errors.ts';
import type { CommandResult } from '../commands/types.ts';
import { createTurns, type Turns } from './turns.ts';

export interface SshTarget {
  /** As login setups call the host. */
  name: string;
  address: string;
  /** Null: as the client is configured. */
  port: number | null;
  account: string;
  /** Client configuration instead of that of the account of POMS, or null. */
  configFile: string | null;
  /** Folder for the sockets of shared connections; its path must be short. */
  controlFolder: string;
}

export interface SshOptions {
  timeoutMs: number;
  maxBytes: number;
  /** `latin1`: each character of the output is a byte. Default: utf8. */
  encoding?: 'utf8' | 'latin1';
}

const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** Any login shell reads this line the same way. `eval` has no limit of size, as an argument would have. */
const REMOTE = [
  'exec env -i HOME="$HOME" USER="$USER" LOGNAME="$USER" LC_ALL=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin',
  `/bin/sh -c 'eval "$(cat)"'`,
].join(' ');

/** Seconds: to connect, and until a host that has gone silent is given up (3 times without an answer). */
const CONNECT_SECONDS = 10;
const ALIVE_SECONDS = 5;

/** Scripts at a time with one account of a host: an sshd as it comes takes 10 sessions on a connection, and 10 logins. */
const AT_ONCE = 8;
const turns = new Map<string, Turns>();

/** The client's arguments up to the command. */
export function sshArguments(target: SshTarget): string[] {
  if (!ACCOUNT.test(target.account)) {
    throw new PomsError('outside-system', {
      system: `Launch host ${target.name}`,
      problem: `${target.account} is not the name of an account`,
    });
  }
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    ConnectTimeout: String(CONNECT_SECONDS),
    ServerAliveInterval: String(ALIVE_SECONDS),
    ServerAliveCountMax: '3',
    ControlMaster: 'auto',
    ControlPath: `${target.controlFolder}/%C`,
    ControlPersist: '300',
    ForwardX11: 'no',
    LogLevel: 'ERROR',
  };
  return [
    ...(target.configFile === null ? [] : ['-F', target.configFile]),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '-T',
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...['-l', target.account],
    '--',
    target.address,
  ];
}

/** The command with which a person connects to the same account, with a client of his own. */
export function sshByHand({ port, account, address }: SshTarget): string[] {
  return ['ssh', ...(port === null ? [] : ['-p', String(port)]), '-l', account, '--', address];
}

/**
 * Runs a POSIX shell script and waits for its end. Throws `outside-system` when the host cannot be reached, the
 * connection is lost, or a limit is met; the script may then go on running there.
 */
export function runOverSsh(target: SshTarget, script: string, options: SshOptions): Promise<CommandResult> {
  const place = `${target.account}@${target.address}:${target.port} ${target.configFile}`;
  const inTurn = turns.get(place) ?? createTurns(AT_ONCE);
  turns.set(place, inTurn);
  return inTurn(() => runNow(target, script, options));
}

function runNow(target: SshTarget, script: string, options: SshOptions): Promise<CommandResult> {
  const args = sshArguments(target);
  mkdirSync(target.controlFolder, { recursive: true, mode: 0o700 });
  const mark = randomBytes(12).toString('hex');
  const input = `printf '%s\\n' ${mark}\n(\n${script}\n)\nprintf '\\n%s %s\\n' ${mark} "$?"\n`;
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...args, REMOTE], { stdio: 'pipe' });
    const out: Buffer[] = [];
    let err = '';
    let size = 0;
    let given: string | null = null;
    const giveUp = (problem: string): void => {
      given ??= problem;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => giveUp(`no answer within ${options.timeoutMs / 1000} s`),
      options.timeoutMs,
    );
    const unreachable = (problem: string): void => {
      clearTimeout(timer);
      reject(new PomsError('outside-system', { system: `${target.account}@${target.name}`, problem }));
    };
    child.once('error', (error) => unreachable(`the ssh client cannot be run: ${error.message}`));
    child.stdout.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > options.maxBytes) giveUp(`more than ${options.maxBytes} bytes came back`);
      else out.push(piece);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      if (err.length < 1 << 20) err += piece;
    });
    child.once('close', () => {
      if (given !== null) return unreachable(given);
      const answer = between(Buffer.concat(out).toString(options.encoding ?? 'utf8'), mark);
      if (answer === null) return unreachable(err.trim().split('\n').at(-1) || 'the connection was lost');
      clearTimeout(timer);
      resolve({ ...answer, stderr: err });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What stands between the marks, and the exit code after the second; null while one is missing. */
function between(text: string, mark: string): { exitCode: number; stdout: string } | null {
  const begin = text.indexOf(`${mark}\n`);
  const end = text.lastIndexOf(`\n${mark} `);
  const code = /^\d+/.exec(text.slice(end + mark.length + 2));
  if (begin < 0 || end < begin || code === null) return null;
  return { exitCode: Number(code[0]), stdout: text.slice(begin + mark.length + 1, end) };
}
