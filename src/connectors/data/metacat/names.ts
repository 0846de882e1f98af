/** Names of datasets: people write `namespace:name`; what POMS itself makes is in a namespace of its own. */
import { createHash } from 'node:crypto';
import { type Did, filesFrom } from './mql.ts';

const DID = /^(?:([A-Za-z][\w./-]*):)?([A-Za-z][\w./-]*)$/;

/** The dataset of that name, in POMS's namespace where it says none; null for a text that is a query in MQL. */
export function parseDataset(text: string, own: string): Did | null {
  const match = DID.exec(text.trim());
  return match === null ? null : { namespace: match[1] ?? own, name: match[2] ?? '' };
}

/** The query for all files of what a stage calls its dataset: the name of one, or a query. */
export function filesOf(text: string, own: string): string {
  const dataset = parseDataset(text, own);
  return dataset === null ? text.trim() : filesFrom([dataset]);
}

/**
 * What the names of slices begin with. POMS may not write into the namespaces of others, so theirs becomes a part of
 * the name: `raw:run1` gives `raw.run1`. A query is named by its text.
 */
export function sliceBase(text: string, own: string): string {
  const dataset = parseDataset(text, own);
  if (dataset === null) return `query_${createHash('sha256').update(text.trim()).digest('hex').slice(0, 12)}`;
  return dataset.namespace === own ? dataset.name : `${dataset.namespace}.${dataset.name}`;
}

/** The dataset that keeps what files a project had, for when Data Dispatcher has forgotten it. */
export function projectFiles(project: string, own: string): Did {
  return { namespace: own, name: `poms_project_${project}` };
}
