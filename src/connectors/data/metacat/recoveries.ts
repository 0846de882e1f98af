/**
 * What recoveries run on, by the states of a project's file handles (spec/backend.md 11.4): a file is `initial` before it
 * is handed out, `reserved` at a job, then `done` or `failed` by the word of the job.
 */
import type { OutputSpec } from '../../../domain/output.ts';
import type { RecoveryType } from '../../../domain/recoveries.ts';
import type { DispatcherProject, Handle } from './dispatcher-client.ts';
import { filesNamed, minus } from './mql.ts';
import { filesOf } from './names.ts';
import { withAllOutput } from './output.ts';
import { filesOfProject, numbered } from './projects.ts';
import type { Servers } from './servers.ts';

/** States of the files that a type runs on; types that do not go by states are not here. */
const STATES: Partial<Record<RecoveryType, readonly Handle['state'][]>> = {
  state_failed: ['failed'],
  state_not_done: ['initial', 'reserved', 'failed'],
  // Data Dispatcher knows of a file only what its job said of it: not done is not consumed, and did not end well.
  consumed_status: ['initial', 'reserved', 'failed'],
  process_status: ['initial', 'reserved', 'failed'],
  delivered_not_consumed: ['reserved', 'failed'],
  reprocess_orphans: ['done', 'failed'],
};

/**
 * The query; empty where nothing is left. Data Dispatcher throws projects away some time after their end, and the states
 * with them: then files count of which no output is known, whichever state was asked for.
 */
export async function recoveryQuery(
  servers: Servers,
  type: RecoveryType,
  of: { project: string; dataset: string; output: OutputSpec },
): Promise<string> {
  const { own } = servers;
  const all = filesOfProject(of.project, own);
  const states = STATES[type];
  const missing = () => minus(all, withAllOutput(all, of.output));
  if (states !== undefined) {
    const project = await numbered(servers.dispatcher, of.project);
    if (project === null) return missing();
    const files = inStates(project, all, states);
    const orphans = type === 'reprocess_orphans' && files !== '';
    return orphans ? minus(files, withAllOutput(files, of.output)) : files;
  }
  switch (type) {
    case 'added_files':
      return minus(filesOf(of.dataset, own), all);
    case 'pending_files':
      return missing();
    default:
      return all;
  }
}

function inStates(project: DispatcherProject, all: string, states: readonly Handle['state'][]): string {
  const chosen = project.handles.filter(({ state }) => states.includes(state));
  const others = project.handles.filter(({ state }) => !states.includes(state));
  if (chosen.length === 0) return '';
  if (others.length === 0) return all;
  return chosen.length <= others.length ? filesNamed(chosen) : minus(all, filesNamed(others));
}
