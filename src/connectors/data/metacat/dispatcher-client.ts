/** Data Dispatcher's web API, as far as POMS needs it (spec/data-handling.md 3.4). */
import { z } from 'zod';
import { readJson } from '../../http/answer.ts';
import type { Caller } from './caller.ts';
import type { Did } from './mql.ts';

const handle = z.object({
  namespace: z.string(),
  name: z.string(),
  state: z.enum(['initial', 'reserved', 'done', 'failed']),
});
export type Handle = z.infer<typeof handle>;

const project = z.object({
  project_id: z.number().int(),
  state: z.enum(['active', 'failed', 'done', 'cancelled', 'held', 'abandoned']),
  file_handles: z.array(handle).nullish(),
});

export interface DispatcherProject {
  id: string;
  state: z.infer<typeof project>['state'];
  handles: Handle[];
}

export interface NewProject {
  files: readonly Did[];
  query: string;
  attributes: Record<string, string | number | boolean>;
  /** Seconds. Undefined: as the server has it. */
  idleTimeout: number | undefined;
  workerTimeout: number | undefined;
}

export type DispatcherClient = ReturnType<typeof createDispatcherClient>;

export function createDispatcherClient({ call }: Caller) {
  return {
    /** Null where there is none of that number (any more: ended ones are thrown away after a day). */
    project: (id: string) =>
      call(
        {
          path: 'project',
          query: { project_id: id, with_files: 'yes', with_replicas: 'no' },
          answers: [404],
        },
        (answer) => (answer.status === 404 ? null : toProject(readJson(answer, project))),
      ),

    /** Of POMS's user, with these attributes, the oldest first. */
    find: (attributes: Record<string, string>) =>
      call(
        {
          path: 'projects',
          query: { attributes: JSON.stringify(attributes), with_handles: 'yes', with_replicas: 'no' },
        },
        (answer) =>
          readJson(answer, z.array(project))
            .sort((a, b) => a.project_id - b.project_id)
            .map(toProject),
      ),

    /** Not to be repeated blindly: whoever did not get the answer looks with `find` first. */
    create: ({ files, query, attributes, idleTimeout, workerTimeout }: NewProject) =>
      call(
        {
          method: 'POST',
          path: 'create_project',
          body: {
            json: {
              files: files.map(({ namespace, name }) => ({ namespace, name, attributes: {} })),
              project_attributes: attributes,
              query,
              ...(idleTimeout === undefined ? {} : { idle_timeout: idleTimeout }),
              ...(workerTimeout === undefined ? {} : { worker_timeout: workerTimeout }),
            },
          },
          repeatable: false,
        },
        (answer) => toProject(readJson(answer, project)),
      ),

    delete: (id: string) =>
      call({ path: 'delete_project', query: { project_id: id }, answers: [404] }, () => {}),

    /** These files begin again, in whatever state they are. */
    restart: (id: string, files: readonly Did[]) =>
      call(
        {
          method: 'POST',
          path: 'restart_handles',
          body: {
            json: {
              project_id: Number(id),
              handles: files.map(({ namespace, name }) => `${namespace}:${name}`),
            },
          },
          repeatable: true,
        },
        (answer) => toProject(readJson(answer, project)),
      ),

    activate: (id: string) => call({ path: 'activate_project', query: { project_id: id } }, () => {}),
  };
}

function toProject({ project_id, state, file_handles }: z.infer<typeof project>): DispatcherProject {
  return { id: String(project_id), state, handles: file_handles ?? [] };
}
