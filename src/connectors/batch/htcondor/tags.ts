/** How jobs come to carry the submission's id: attributes of every job that a launch submits. */
import { INSTANCE } from './questions.ts';

/** Numbers only: names hold what quoting rules of submit files and their wrappers trip over. */
const TAGS = ['POMS4_SUBMISSION_ID', 'POMS4_CAMPAIGN_ID', 'POMS4_CAMPAIGN_STAGE_ID', 'POMS_TASK_ID'] as const;

/** The attributes with their values, as ClassAd text. */
export function attributes(variables: Readonly<Record<string, string>>): [name: string, value: string][] {
  const numbers = TAGS.flatMap((name): [string, string][] => {
    const value = variables[name];
    return value !== undefined && /^\d+$/.test(value) ? [[name, value]] : [];
  });
  return [...numbers, ['POMS4_TEST_LAUNCH', variables.POMS4_TEST_LAUNCH === 'True' ? 'true' : 'false']];
}

/**
 * As settings of HTCondor in the environment, which it gives to all that is submitted under them: by condor_submit
 * under any name, by the Python bindings, and by DAGMan for its nodes, which inherits them. SUBMIT_EXPRS is the older
 * name of SUBMIT_ATTRS and read beside it, so that a pool's own attributes stay.
 */
export function tags(variables: Readonly<Record<string, string>>, instance?: string): Record<string, string> {
  const own: [string, string][] = instance === undefined ? [] : [[INSTANCE, `"${instance}"`]];
  const all = [...attributes(variables), ...own];
  return {
    _CONDOR_SUBMIT_EXPRS: all.map(([name]) => name).join(' '),
    ...Object.fromEntries(all.map(([name, value]) => [`_CONDOR_${name}`, value])),
  };
}
