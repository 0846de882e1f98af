/**
 * Starts the runners of launches through one small shell that waits for orders, and hears from them.
 *
 * To start each from here would stop this server for 10 to 20 ms a launch (measured), the more memory it has, for a
 * fork copies its page tables. Orders are numbers only. The shell and its runners live on when this server dies, and
 * then have nobody to tell: whoever takes a launch over looks at its files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../package-root.ts';

export interface LaunchStarter {
  /** Orders the runner of a launch; resolves when it has claimed the run or left it to another. Throws an Error. */
  start(launchId: number): Promise<void>;
  /** Resolves when a runner that was ordered here has written down the end; null where there is none. */
  ended(launchId: number): Promise<void> | null;
}

const SCRIPT = join(packageRoot, 'src/connectors/hosts/local/launch-starter.sh');
/** For a runner to claim its run; more than a busy machine takes. */
const BEGIN_MS = 30_000;

interface Run {
  begun: PromiseWithResolver;
  ended: PromiseWithResolver;
}

/** `folder`: where the folders of the runs are; `env`: what all scripts see. */
export function createLaunchStarter(folder: string, env: NodeJS.ProcessEnv): LaunchStarter {
  const runs = new Map<number, Run>();
  const starting = new Map<number, Promise<void>>();
  let shell: ChildProcess | null = null;

  function open(): ChildProcess {
    const child = spawn('/bin/sh', [SCRIPT, folder], {
      cwd: '/',
      detached: true,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lost = (error: Error) => {
      if (shell === child) shell = null;
      for (const run of runs.values()) run.begun.reject(error);
    };
    child.once('error', lost).once('exit', () => lost(new Error('the shell that starts launches has ended')));
    child.stdin?.on('error', lost);
    if (child.stdout !== null) createInterface(child.stdout).on('line', hear);
    // None of them keeps this process alive.
    child.unref();
    for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
    return child;
  }

  function hear(line: string): void {
    const [word, id] = line.split(' ');
    const run = runs.get(Number(id));
    if (word === 'begun') run?.begun.resolve();
    if (word !== 'ended') return;
    run?.ended.resolve();
    runs.delete(Number(id));
  }

  async function order(launchId: number): Promise<void> {
    const run = { begun: withResolver(), ended: withResolver() };
    runs.set(launchId, run);
    shell ??= open();
    shell.stdin?.write(`${launchId}\n`);
    const late = setTimeout(
      () => run.begun.reject(new Error(`it did not begin within ${BEGIN_MS / 1000} s`)),
      BEGIN_MS,
    );
    try {
      await run.begun.promise;
    } catch (error) {
      runs.delete(launchId);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  return {
    start(launchId) {
      const under = starting.get(launchId) ?? order(launchId).finally(() => starting.delete(launchId));
      starting.set(launchId, under);
      return under;
    },
    ended: (launchId) => runs.get(launchId)?.ended.promise ?? null,
  };
}

interface PromiseWithResolver {
  promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

/** `Promise.withResolvers`, which Node has from 22 on. */
function withResolver(): PromiseWithResolver {
  let settle: Omit<PromiseWithResolver, 'promise'> = { resolve: () => {}, reject: () => {} };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever waits hears of it.
  promise.catch(() => {});
  return { promise, ...settle };
}
