/** MetaCat's web API, as far as POMS needs it (spec/data-handling.md 3.3). */
import { z } from 'zod';
import { PomsError } from '../../../errors.ts';
import { NotUnderstood, readJson, told } from '../../http/answer.ts';
import type { HttpAnswer } from '../../http/types.ts';
import { type Caller, readRecords } from './caller.ts';
import { type Did, writeDid } from './mql.ts';

const reference = z.union([z.string(), z.object({ fid: z.string() }).transform(({ fid }) => fid)]);

const file = z.object({
  fid: z.string(),
  namespace: z.string(),
  name: z.string(),
  size: z.number().nullish(),
  /** Seconds since 1970. */
  created_timestamp: z.number().nullish(),
  retired: z.boolean().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  /** Fids. */
  parents: z.array(reference).nullish(),
  children: z.array(reference).nullish(),
});
export type MetacatFile = z.infer<typeof file>;

const dataset = z.object({
  namespace: z.string(),
  name: z.string(),
  frozen: z.boolean().nullish(),
  description: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  creator: z.string().nullish(),
  created_timestamp: z.number().nullish(),
});
export type MetacatDataset = z.infer<typeof dataset>;

const counts = z.object({ count: z.number().int(), total_size: z.number().nullish() });

export interface NewDataset extends Did {
  /** The files that it has from the beginning. */
  files: string;
  frozen: boolean;
  description: string;
  metadata: Record<string, unknown>;
}

export type MetacatClient = ReturnType<typeof createMetacatClient>;

/**
 * Queries that MetaCat does not understand are `bad-query`; everything else that goes wrong is `outside-system`.
 * Fids at once in `byFid`: see `LOOKED_UP`.
 */
export function createMetacatClient({ call }: Caller) {
  const query = <T>(
    text: string,
    parameters: Record<string, string>,
    read: (answer: HttpAnswer) => T,
  ): Promise<T> =>
    call(
      {
        method: 'POST',
        path: 'data/query',
        query: parameters,
        body: { text },
        repeatable: true,
        answers: [400],
      },
      (answer) => read(understood(answer)),
    );
  const change = <T>(
    path: string,
    parameters: Record<string, string>,
    json: unknown,
    read: (answer: HttpAnswer) => T,
    answers: number[] = [],
  ): Promise<T> =>
    call({ method: 'POST', path, query: parameters, body: { json }, repeatable: true, answers }, read);

  return {
    count: (text: string) =>
      query(text, { summary: 'count' }, (answer) => {
        const { count, total_size } = readJson(answer, counts);
        return { files: count, bytes: total_size ?? 0 };
      }),

    files: (text: string, more: { metadata: boolean }) =>
      query(text, { with_meta: more.metadata ? 'yes' : 'no', with_provenance: 'no' }, readFiles),

    file: ({ namespace, name }: Did) =>
      call(
        {
          path: 'data/file',
          query: { namespace, name, with_metadata: 'yes', with_provenance: 'yes' },
          answers: [404],
        },
        (answer) => (answer.status === 404 ? null : readJson(answer, file)),
      ),

    byFid: async (fids: readonly string[]) => {
      const found: MetacatFile[] = [];
      for (let start = 0; start < fids.length; start += LOOKED_UP) {
        const asked = fids.slice(start, start + LOOKED_UP).map((fid) => ({ fid }));
        found.push(
          ...(await change('data/files', { with_metadata: 'no', with_provenance: 'yes' }, asked, (answer) =>
            readJson(answer, z.array(file)),
          )),
        );
      }
      return found;
    },

    dataset: (did: Did) =>
      call(
        {
          path: 'data/dataset',
          query: { dataset: writeDid(did), exact_file_count: 'no' },
          answers: [404],
        },
        (answer) => (answer.status === 404 ? null : readJson(answer, dataset)),
      ),

    datasets: () =>
      call({ path: 'data/datasets', query: { with_file_counts: 'no' } }, (answer) =>
        readJson(answer, z.array(dataset)),
      ),

    /** With its files, all at once. False where there is one of that name already. */
    createDataset: ({ files, ...wanted }: NewDataset) =>
      change(
        'data/create_dataset',
        {},
        { ...wanted, monotonic: false, files_query: files },
        (answer) => {
          if (answer.status === 400) understood(answer);
          return answer.status !== 409;
        },
        [400, 409],
      ),

    addFiles: (did: Did, files: string) =>
      change(
        'data/add_files',
        { dataset: writeDid(did) },
        { query: files, namespace: did.namespace },
        nothing,
      ),

    removeFiles: ({ namespace, name }: Did, files: string) =>
      change(
        'data/remove_files',
        {},
        { query: files, namespace, dataset_namespace: namespace, dataset_name: name },
        nothing,
      ),

    describeDataset: (did: Did, metadata: Record<string, unknown>) =>
      change('data/update_dataset', { dataset: writeDid(did) }, { metadata, mode: 'update' }, nothing),
  };
}

/** Files in one look-up. */
const LOOKED_UP = 1000;

const nothing = (): void => {};

function readFiles(answer: HttpAnswer): MetacatFile[] {
  const parsed = z.array(file).safeParse(readRecords(answer));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NotUnderstood(`its files are not as expected: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Status 400 is about the query: `MQLSyntaxError: ...`. */
function understood(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 400) throw new PomsError('bad-query', { problem: told(answer) });
  return answer;
}
