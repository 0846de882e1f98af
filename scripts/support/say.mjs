// What the scripts tell a person: one line on standard error, so that standard output stays for results.
import { spawn } from 'node:child_process';

export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A problem whose message is all that a person needs to read: no stack is shown. */
export class Trouble extends Error {}

/** Ends the process with the sentence of a `Trouble`; anything else is a defect and keeps its stack. */
export function giveUp(error) {
  say(error instanceof Trouble ? error.message : String(error?.stack ?? error));
  process.exit(1);
}

/** Runs a program and keeps what it prints. Never rejects for an exit status. */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? 1, signal, output }));
  });
}

/** Seconds since `start` (from `performance.now()`), for people. */
export function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** What a full disk and a missing network look like in the output of other programs, in one sentence each. */
export function knownTrouble(output, root) {
  if (/ENOSPC|no space left on device/i.test(output)) {
    return `The disk is full: make space for ${root}, then try again; nothing is lost.`;
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return "npm cannot reach its registry, and packages are missing: check the network or npm's proxy settings, then try again.";
  }
  return null;
}
