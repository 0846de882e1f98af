/** The calls of the SAM web API that POMS makes (spec/data-handling.md 1.2), in one experiment. */
import { z } from 'zod';
import { PomsError } from '../../../errors.ts';
import { NotUnderstood, readJson, readWhole, told } from '../../http/answer.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../http/types.ts';
import type { SamSetting } from './setting.ts';

/** A list of names of a large dataset. */
const MAX_BYTES = 128 << 20;

const summaryShape = z.object({
  file_count: z.number(),
  total_file_size: z.number().nullish(),
  total_event_count: z.number().nullish(),
});
const definitionShape = z.object({
  defname: z.string(),
  dimensions: z.string(),
  description: z.string().nullish(),
  username: z.string().nullish(),
  create_time: z.string().nullish(),
});
const projectShape = z.object({
  project_status: z.string(),
  files_in_snapshot: z.number(),
  file_counts: z.record(z.string(), z.number()).default({}),
});
const fileShape = z
  .object({ file_name: z.string(), file_size: z.number().nullish(), event_count: z.number().nullish() })
  .catchall(z.unknown());
const lineageShape: z.ZodType<LineageAnswer> = z.lazy(() =>
  z.object({
    file_name: z.string(),
    retired: z.union([z.boolean(), z.string()]).optional(),
    parents: z.array(lineageShape).optional(),
    children: z.array(lineageShape).optional(),
  }),
);

export type SamDefinition = z.output<typeof definitionShape>;
export type SamProject = z.output<typeof projectShape>;
export type SamFile = z.output<typeof fileShape>;
export interface LineageAnswer {
  file_name: string;
  retired?: boolean | string | undefined;
  parents?: LineageAnswer[] | undefined;
  children?: LineageAnswer[] | undefined;
}

export type SamServer = ReturnType<typeof samServer>;

/** `http`: of one operation, all whose calls together end in time. */
export function samServer(http: HttpClient, setting: SamSetting, experiment: string) {
  const base = setting.url.replaceAll('{experiment}', experiment).replace(/\/+$/, '');
  const group = setting.group ?? experiment;
  const system = `Data handling ${setting.name}`;

  async function call<T>(
    request: Omit<HttpRequest, 'url'> & { path: string },
    read: (answer: HttpAnswer) => T,
  ): Promise<T> {
    const { path, ...rest } = request;
    return http.call({ ...rest, url: `${base}${path}`, maxBytes: MAX_BYTES }, (answer) => {
      // SAM speaks JSON and plain text. A page is a proxy's, whose 404 does not say that there is no such project.
      if (answer.type === 'text/html') throw new NotUnderstood(`it answered with ${told(answer)}`);
      if (answer.status < 300 || answer.status === 404 || answer.status === 409) return read(answer);
      // What SAM refuses is about the query or the names in the request.
      if (answer.status === 400) throw new PomsError('bad-query', { problem: told(answer) });
      throw new PomsError('outside-system', { system, problem: `it refuses ${path}: ${told(answer)}` });
    });
  }
  const ok = <T>(read: (answer: HttpAnswer) => T) => {
    return (answer: HttpAnswer): T => {
      if (answer.status < 300) return read(answer);
      // Something named in the query is not there: DefinitionNotFound, ProjectNotFound.
      throw new PomsError('bad-query', { problem: told(answer) });
    };
  };
  const orNull = <T>(read: (answer: HttpAnswer) => T) => {
    return (answer: HttpAnswer): T | null => (answer.status === 404 ? null : ok(read)(answer));
  };
  const name = (text: string) => encodeURIComponent(text);
  /** POST as a form, for dimensions may be longer than a URL; asking again does no harm. */
  const asking = (path: string, dims: string, query = {}) =>
    ({ method: 'POST', path, query, body: { form: { dims } }, repeatable: true }) as const;

  return {
    count: (dims: string): Promise<number> => call(asking('/files/count', dims), ok(readWhole)),
    summary: (dims: string) =>
      call(
        asking('/files/summary', dims, { format: 'json' }),
        ok((answer) => readJson(answer, summaryShape)),
      ),
    names: (dims: string): Promise<string[]> =>
      call(
        asking('/files/list', dims, { format: 'plain' }),
        ok(({ text }) => text.split('\n').filter((line) => line !== '')),
      ),
    /** All metadata with locations; files that are not there are left out. */
    files: (names: readonly string[]): Promise<SamFile[]> =>
      names.length === 0
        ? Promise.resolve([])
        : call(
            {
              method: 'POST',
              path: '/files/metadata',
              body: { form: { file_name: names, locations: '1' } },
              repeatable: true,
            },
            ok((answer) => readJson(answer, z.array(fileShape))),
          ),
    file: (file: string): Promise<SamFile | null> =>
      call(
        { path: `/files/name/${name(file)}/metadata`, query: { format: 'json', locations: '1' } },
        orNull((answer) => readJson(answer, fileShape)),
      ),
    lineage: (file: string, relation: 'ancestors' | 'descendants'): Promise<LineageAnswer[] | null> =>
      call(
        { path: `/files/name/${name(file)}/lineage/${relation}`, query: { format: 'json' } },
        orNull((answer) =>
          readJson(answer, z.union([z.array(lineageShape), lineageShape.transform((one) => [one])])),
        ),
      ),

    definition: (definition: string): Promise<SamDefinition | null> =>
      call(
        { path: `/definitions/name/${name(definition)}`, query: { format: 'json' } },
        orNull((answer) => readJson(answer, definitionShape)),
      ),
    definitions: (like: string | undefined): Promise<string[]> =>
      call(
        { path: '/definitions/list', query: { format: 'plain', defname: like } },
        ok(({ text }) => text.split('\n').filter((line) => line !== '')),
      ),
    /** False where there is one of this name. */
    create: (definition: string, dims: string): Promise<boolean> =>
      call(
        {
          method: 'POST',
          path: '/definitions/create',
          body: { form: { defname: definition, dims, group } },
          repeatable: true,
        },
        (answer) => (answer.status === 409 ? false : ok(() => true)(answer)),
      ),
    rename: (definition: string, to: string): Promise<void> =>
      call(
        { method: 'PUT', path: `/definitions/name/${name(definition)}`, body: { form: { defname: to } } },
        ok(() => undefined),
      ),
    /** What the definition means now, as the number of a snapshot. */
    snapshot: (definition: string): Promise<number> =>
      call(
        {
          method: 'POST',
          path: `/definitions/name/${name(definition)}/snapshot`,
          body: { form: { group } },
          repeatable: true,
        },
        ok(readWhole),
      ),

    project: (project: string): Promise<SamProject | null> =>
      call(
        { path: `/projects/name/${name(project)}/summary`, query: { format: 'json', process_limit: 0 } },
        orNull((answer) => readJson(answer, projectShape)),
      ),
    /**
     * SAM's own query for what is left of a project, as POMS asks it (spec/backend.md 4.1); empty where that is nothing,
     * null without a project.
     */
    remaining: (project: string): Promise<string | null> =>
      call(
        {
          path: `/projects/name/${name(project)}/recovery_dimensions`,
          query: { useFiles: 1, useProcess: 1 },
        },
        // Files that were read to their end are `consumed` or `completed`; SAM names the first only.
        orNull(({ text }) => text.trim().replace(/\bconsumed_status\s+consumed\b/g, "consumed_status 'co%'")),
      ),
  };
}
