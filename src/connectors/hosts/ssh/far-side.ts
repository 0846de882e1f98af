/** The far side of a launch host over ssh: calls of the functions in remote.sh. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PomsError } from '../../../errors.ts';
import { packageRoot } from '../../../package-root.ts';
import type { CommandResult } from '../../commands/types.ts';
import { createLinkHealth, type LinkHealth } from '../../link-health.ts';
import { runOverSsh, type SshTarget } from '../../ssh/ssh.ts';
import { toolsFolder } from './tools.ts';

export interface FarSide {
  health(): LinkHealth | null;
  /** What `where` says in messages: `poms@gpvm01`. */
  readonly where: string;
  /**
   * Runs shell text that calls functions of remote.sh; output in which each character is a byte. An exit code other
   * than 0 is an answer. Throws `outside-system` when the host cannot be reached or gives no answer.
   */
  call(text: string, limits?: CallLimits): Promise<CommandResult>;
}

export interface CallLimits {
  timeoutMs?: number;
  maxBytes?: number;
  /** Of the tools meant. */
  tools?: string;
}

/** To answer a call that does not wait for anything, on a machine that is busy. */
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 1 << 20;

const connectors = join(packageRoot, 'src', 'connectors');
const FUNCTIONS = ['run-apart.sh', join('hosts', 'ssh', 'remote.sh')]
  .map((file) => readFileSync(join(connectors, file), 'utf8'))
  .join('\n');

/** `instance`: of this POMS, so that launches of another with the same number are never met. */
export function createFarSide(target: SshTarget, instance: string): FarSide {
  const health = createLinkHealth();
  return {
    health: health.state,
    where: `${target.account}@${target.name}`,
    call: async (text, { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, tools = 'none' } = {}) => {
      const places = `runs="$HOME"/.poms/launches/${instance}\ntools=${toolsFolder(tools)}`;
      const script = [places, FUNCTIONS, text].join('\n');
      try {
        const answer = await runOverSsh(target, script, { timeoutMs, maxBytes, encoding: 'latin1' });
        health.answered();
        return answer;
      } catch (error) {
        health.failed(error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
  };
}

/** The far side's answer must be 0; what it says otherwise is the problem. */
export function mustDo(far: FarSide, answer: CommandResult, what: string): void {
  if (answer.exitCode === 0) return;
  const said = answer.stderr.trim().split('\n').at(-1) ?? '';
  const problem = `${what}: ${said === '' ? `exit status ${answer.exitCode}` : said}`;
  throw new PomsError('outside-system', { system: `Launch host ${far.where}`, problem });
}
