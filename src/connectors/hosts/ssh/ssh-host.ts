/**
 * An account on another machine as a launch host, by the OpenSSH client. A run is a folder there (remote.sh), with the
 * same runner and the same promises as on this machine; the launch log is here, in `launches/<id>` of the data folder.
 * Nothing is installed there, and nothing has to go on running for the link: whatever dies, the next look tells what
 * became of a run.
 */
import { join, resolve } from 'node:path';
import { PomsError } from '../../../errors.ts';
import { commandLine, shellWord } from '../../shell-words.ts';
import { type SshTarget, sshByHand } from '../../ssh/ssh.ts';
import { storageError } from '../../text-files.ts';
import { byHandText } from '../by-hand.ts';
import { beginAgain, LOG_LIMIT, loadCollected, readLaunchLog } from '../launch-log.ts';
import { environmentText } from '../run-environment.ts';
import type { LaunchHost, LaunchScript } from '../types.ts';
import { mayBeForgotten } from '../vanished.ts';
import { collectOutput } from './collect.ts';
import { createFarSide, mustDo } from './far-side.ts';
import { createQuestions, type Question } from './questions.ts';
import { parseReports, type RunReport } from './reports.ts';
import { gatherTools, type Tools } from './tools.ts';

export interface SshHostOptions {
  /** Where launch logs are kept. */
  folder: string;
  /** Of this POMS: launches of another with the same number are never met. */
  instance: string;
  /** Of one launch log, in bytes. */
  logLimitBytes?: number;
  /** From TERM to KILL when a run is aborted. */
  graceMs?: number;
}

/** What a look brings along of the output, in bytes. */
const GLANCE = 64 * 1024;
/** Exit code of remote.sh where the tools have to be copied first. */
const NEED_TOOLS = 44;
/** How long the far side keeps runs that ended, and how often it is told to remove older ones. */
const KEEP_DAYS = 30;
const CLEAN_MS = 86_400_000;

export function createSshHost(target: SshTarget, options: SshHostOptions): LaunchHost {
  const { logLimitBytes = LOG_LIMIT, graceMs = 5_000 } = options;
  const folder = resolve(options.folder);
  const far = createFarSide(target, options.instance);
  const ask = createQuestions(askFarSide);
  const collecting = new Map<number, Promise<string>>();
  const seen = new Map<number, RunReport>();
  let cleaned = 0;

  const runFolder = (launchId: number): string => join(folder, 'launches', String(launchId));

  async function askFarSide(questions: readonly Question[]): Promise<RunReport[]> {
    const lines = questions.map(({ launchId, offset, limit, free }) =>
      commandLine(['look_at', ...[launchId, offset, limit, free].map(String)]),
    );
    const maxBytes = questions.reduce((sum, { limit }) => sum + limit + 1024, 1024);
    const answer = await far.call(`${lines.join('\n')}\n:`, { maxBytes });
    mustDo(far, answer, 'what became of its runs could not be seen');
    try {
      return parseReports(answer.stdout, questions, new Date());
    } catch (error) {
      throw hostError(error);
    }
  }

  async function start(script: LaunchScript): Promise<void> {
    try {
      const tools = await gatherTools(script.path);
      const own = environmentText(script.env, pathWord(tools, script));
      const starting = commandLine(['start_run', String(script.launchId), own, script.text]);
      let answer = await far.call(starting, { tools: tools.hash });
      if (answer.exitCode === NEED_TOOLS) {
        const copied = await far.call(tools.copying, { tools: tools.hash });
        mustDo(far, copied, 'the tools of POMS could not be copied');
        answer = await far.call(starting, { tools: tools.hash });
      }
      mustDo(far, answer, 'the launch script was not started');
      if (Date.now() - cleaned > CLEAN_MS) {
        cleaned = Date.now();
        await far.call(`clean_up ${KEEP_DAYS}`, { tools: tools.hash });
      }
    } catch (error) {
      throw hostError(error);
    }
  }

  async function byHand(script: Omit<LaunchScript, 'launchId'>): Promise<string> {
    const path = pathWord(await gatherTools(script.path), script);
    return byHandText([...sshByHand(target), '/bin/sh -s'], script, path);
  }

  async function look(launchId: number) {
    const offset = loadCollected(runFolder(launchId)).consumed;
    const report = await ask({ launchId, offset, limit: GLANCE, free: 0 });
    if (report.run.state === 'never-started') seen.delete(launchId);
    else seen.set(launchId, report);
    return report.run;
  }

  /** One at a time for each launch, for it moves what is there. */
  function collect(launchId: number): Promise<string> {
    const before = collecting.get(launchId) ?? Promise.resolve('');
    const now = before
      .catch(() => '')
      .then(() => {
        const report = seen.get(launchId);
        seen.delete(launchId);
        return collectOutput(runFolder(launchId), launchId, logLimitBytes, report, ask);
      })
      .catch((error: unknown) => {
        throw storageError(error, folder);
      })
      .finally(() => {
        if (collecting.get(launchId) === now) collecting.delete(launchId);
      });
    collecting.set(launchId, now);
    return now;
  }

  async function abort(launchId: number): Promise<void> {
    const grace = Math.ceil(graceMs / 100);
    // It gives up after another 15 s, by a clock that a busy machine may slow down.
    const timeoutMs = 2 * graceMs + 60_000;
    const answer = await far.call(`abort_run ${launchId} ${grace}`, { timeoutMs });
    mustDo(far, answer, 'the launch script could not be ended');
  }

  async function reset(launchId: number): Promise<void> {
    if (!mayBeForgotten(launchId, await look(launchId))) return;
    while ((await collect(launchId)) !== '');
    // In this order: a crash in between repeats a part of the log, and loses nothing of the next run's.
    await beginAgain(runFolder(launchId));
    mustDo(far, await far.call(`forget_run ${launchId}`), 'the run could not be forgotten');
  }

  function hostError(error: unknown): unknown {
    if (error instanceof PomsError || !(error instanceof Error)) return error;
    return new PomsError(
      'outside-system',
      { system: `Launch host ${far.where}`, problem: error.message },
      { cause: error },
    );
  }

  return {
    name: target.name,
    health: far.health,
    byHand,
    start,
    look,
    collect,
    abort,
    reset,
    log: (launchId, offset, limit) => readLaunchLog(runFolder(launchId), offset, limit),
  };
}

/** The launch's PATH as shell text. */
function pathWord({ path }: Tools, { env }: Omit<LaunchScript, 'launchId'>): string {
  const rest = env['PATH'] === undefined ? '"$PATH"' : shellWord(env['PATH']);
  return path === '' ? rest : `${path}:${rest}`;
}
