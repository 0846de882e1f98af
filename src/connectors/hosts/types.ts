/**
 * Where launch scripts run: this machine, or an account on another (design 7).
 *
 * A run is known by the launch's id and outlives the process that started it: after a crash `look` tells what
 * became of it, so that nothing is run twice and nothing is lost (tenet 2).
 */

import type { LinkHealth } from '../link-health.ts';

export interface LaunchScript {
  launchId: number;
  /** POSIX shell text, read whole before it runs. */
  text: string;
  /** The script's environment besides the host's own. Values are never interpreted. */
  env: Record<string, string>;
  /** Folders placed first on the PATH, in order. */
  path: string[];
}

/** What is known of a run at one moment. */
export type RunState =
  /** No trace: the script never started. */
  | { state: 'never-started' }
  | { state: 'running'; startedAt: Date }
  /** Ended by itself; exit code as a shell reports it (128 + n for a signal). */
  | { state: 'ended'; exitCode: number; startedAt: Date; endedAt: Date }
  /** Started, and certainly not running any more, without having left an exit code (machine restarted, killed). */
  | { state: 'vanished'; startedAt: Date };

export interface LaunchHost {
  readonly name: string;
  /** How it stands with the link; null before anything was asked. Absent where there is none. */
  health?(): LinkHealth | null;
  /** Starts the script. Safe to call again for the same launch: it does nothing unless `look` says never-started. */
  start(script: LaunchScript): Promise<void>;
  look(launchId: number): Promise<RunState>;
  /** The same as text that a person can give to a shell of his own; secrets are left out. */
  byHand?(script: Omit<LaunchScript, 'launchId'>): Promise<string>;
  /**
   * Where the host hears of it: resolves when the run has ended, so that nobody need look often. It may never
   * resolve (the host went away): look from time to time all the same. Null for a run that was not started here.
   */
  ended?(launchId: number): Promise<void> | null;
  /**
   * Moves what the script has printed since the last call into the launch log (redacted, size limited), and
   * returns it: a bounded part of it at a time, also of what the log has no room for. Call until the run has ended,
   * and then until it returns an empty text. An unfinished line may be held back until then.
   */
  collect(launchId: number): Promise<string>;
  /** Ends the whole process group of the run and returns when it has ended. Nothing to end is no error. */
  abort(launchId: number): Promise<void>;
  /** Launches whose runs last wrote something before then. Absent where POMS keeps nothing of them. */
  oldRuns?(before: Date): Promise<number[]>;
  /** Removes all that is kept of a run, with its launch log. It must have ended, and nobody may start it again. */
  remove?(launchId: number): Promise<void>;
  /** Forgets a vanished run so that it can be started again. */
  reset(launchId: number): Promise<void>;
  /** At most `limit` bytes of the launch log from `offset`; a negative offset counts from the end. */
  log(
    launchId: number,
    offset: number,
    limit: number,
  ): Promise<{ text: string; offset: number; size: number }>;
}

/** A launch host as an account of it sees it. */
export interface HostPlace {
  name: string;
  account: string;
  host: LaunchHost;
}
