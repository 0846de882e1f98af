/** The script of a launch: login setup and command, with the environment that they and their jobs see. */
import type { LaunchScript } from '../connectors/hosts/types.ts';
import {
  type DispatchedProject,
  dispatcherVariables,
  launchVariables,
} from '../domain/launch-environment.ts';
import { packageRoot } from '../package-root.ts';
import { batchSystem, dataHandling, type EngineParts } from './parts.ts';

/** What the script is made from, besides the names in its environment. */
export type ScriptFacts = Omit<Parameters<typeof launchVariables>[0], 'pomsHost'> & {
  batchSystem: string;
  dataHandling: string;
  /** The project that POMS has started; null where its jobs do, or there is none. */
  dispatched: DispatchedProject | null;
  setup: string;
  command: string;
};

export function launchScript(parts: EngineParts, facts: ScriptFacts): Omit<LaunchScript, 'launchId'> {
  const variables = launchVariables({ ...facts, pomsHost: new URL(parts.settings.baseUrl).hostname });
  const tagging = batchSystem(parts, facts.batchSystem).launchEnvironment(variables);
  return {
    text: launchText(facts, tagging.path.length),
    env: {
      POMS_HOME: packageRoot,
      POMS_CATALOGUE_URL: `${parts.settings.baseUrl}/sam/${facts.experiment}/api`,
      POMS_OUTPUT_DIR: parts.settings.outputFolder(facts.experiment),
      ...dataHandling(parts, facts.dataHandling).environment(facts.experiment),
      ...tagging.env,
      ...variables,
      ...(facts.dispatched === null ? {} : dispatcherVariables(facts.submissionId, facts.dispatched)),
    },
    path: [...tagging.path, ...parts.settings.launchPath],
  };
}

/**
 * What the script runs. A setup that puts folders first on the PATH, as setups of batch systems do, would hide the
 * commands that tag jobs: the first `folders` of the PATH come first again after it.
 */
function launchText({ setup, command }: ScriptFacts, folders: number): string {
  if (setup.trim() === '' || folders === 0) return [setup, command, ''].join('\n');
  const keep = `POMS_FIRST_PATH=$(printf '%s\\n' "$PATH" | cut -d: -f1-${folders})`;
  return [keep, setup, 'PATH=$POMS_FIRST_PATH:$PATH', command, ''].join('\n');
}
