/** The URLs of one kind of definitions: list, create, show, change, delete. */
import { z } from 'zod';
import type { Action } from '../domain/policies/index.ts';
import { personOf } from '../http/identity.ts';
import type { App } from '../http/server.ts';
import { experimentName } from './common.ts';
import type { DefinitionStore } from './definition-store.ts';
import { editorFor } from './editing.ts';

/** What is a kind's own in its URLs. */
export interface DefinitionUrls<Fields, Change, Row> {
  /** Last part of the URL: `job-types`. */
  path: string;
  /** One, in words: `job type`; with an s many of them. */
  words: string;
  view: Action;
  edit: Action;
  create: z.ZodType<Fields>;
  change: z.ZodType<Change>;
  /** How one is shown. */
  shown: z.ZodType<unknown, Row>;
}

const all = z.object({ experiment: experimentName });
const one = all.extend({ name: z.string() });

export function addDefinitionRoutes<
  Fields,
  Change extends Fields & { active: boolean; version: number },
  Row,
>(
  app: App,
  store: DefinitionStore<Fields, Row>,
  { path, words, view, edit, create, change, shown }: DefinitionUrls<Fields, Change, Row>,
): void {
  const url = `/api/v1/experiments/:experiment/${path}`;
  const tags = [`${words}s`];
  // Fastify's types do not follow type parameters: answers and bodies have the types of the schemas beside them.
  const answer: z.ZodType = shown;

  app.get(
    url,
    {
      config: { action: view },
      schema: {
        tags,
        summary: `List ${words}s`,
        params: all,
        response: { 200: z.object({ items: z.array(answer) }) },
      },
    },
    async (request) => ({ items: await store.list(request.params.experiment) }),
  );
  app.post(
    url,
    {
      config: { action: edit },
      schema: { tags, summary: `Create a ${words}`, params: all, body: create, response: { 201: answer } },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      const editor = editorFor(personOf(request), experiment);
      return reply.status(201).send(await store.create(editor, experiment, request.body as Fields));
    },
  );
  app.get(
    `${url}/:name`,
    {
      config: { action: view },
      schema: { tags, summary: `Show a ${words}`, params: one, response: { 200: answer } },
    },
    (request) => store.get(request.params.experiment, request.params.name),
  );
  app.put(
    `${url}/:name`,
    {
      config: { action: edit },
      schema: {
        tags,
        summary: `Change or rename a ${words}`,
        params: one,
        body: change,
        response: { 200: answer },
      },
    },
    (request) => {
      const { experiment, name } = request.params;
      return store.change(editorFor(personOf(request), experiment), experiment, name, request.body as Change);
    },
  );
  app.delete(
    `${url}/:name`,
    {
      config: { action: edit },
      schema: {
        tags,
        summary: `Delete a ${words} that no stage uses`,
        params: one,
        querystring: z.object({ version: z.coerce.number().int() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      const editor = editorFor(personOf(request), experiment);
      await store.remove(editor, experiment, name, request.query.version);
      return reply.status(204).send(null);
    },
  );
}
