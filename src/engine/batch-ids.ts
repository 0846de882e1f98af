/** Batch ids in what a launch script prints. */

/** `POMS4_BATCH_ID=17@local`: printed by poms-submit and by the shims that POMS puts before other systems' commands. */
const MARK = /^POMS4_BATCH_ID=(\S+)\s*$/gm;

/** The ids in the text, each once, in order. */
export function batchIdsIn(text: string): string[] {
  return [...new Set([...text.matchAll(MARK)].flatMap((match) => match[1] ?? []))];
}

/** `17.3@local` and `17@local` are of the same cluster: `17@local`. */
export function clusterOf(batchId: string): string {
  const at = batchId.indexOf('@');
  const number = at < 0 ? batchId : batchId.slice(0, at);
  return `${number.split('.')[0] ?? number}${at < 0 ? '' : batchId.slice(at)}`;
}
