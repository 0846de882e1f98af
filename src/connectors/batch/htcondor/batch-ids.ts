/** How POMS names the jobs of HTCondor: `<cluster>.<process>@<schedd>`, for cluster numbers are a schedd's own. */

export interface JobName {
  cluster: number;
  process: number;
  /** It may hold an `@` itself: `pool@localhost`. */
  schedd: string;
}

const ID = /^(\d{1,10})(?:\.(\d{1,10}))?@([A-Za-z0-9][A-Za-z0-9._@-]*)$/;

/** `17.3@pool@localhost`; `17@x` is what some clients call `17.0@x`. Null: it names no job of HTCondor. */
export function parseBatchId(batchId: string): JobName | null {
  const [, cluster, process = '0', schedd] = ID.exec(batchId) ?? [];
  if (cluster === undefined || schedd === undefined) return null;
  return { cluster: Number(cluster), process: Number(process), schedd };
}

export function batchIdOf({ cluster, process, schedd }: JobName): string {
  return `${cluster}.${process}@${schedd}`;
}
