/** The URLs of holds. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id } from '../common.ts';
import { editorFor } from '../editing.ts';
import { holdEverything, holdList, holdRequest, holdView } from './schema.ts';
import type { Holds } from './service.ts';

const all = z.object({ experiment: experimentName });
const tags = ['holds'];

export function holdRoutes(app: App, deps: { holds: Holds }): void {
  const { holds } = deps;
  app.get(
    '/api/v1/experiments/:experiment/holds',
    {
      config: { action: 'hold.view' },
      schema: { tags, summary: 'List the holds in force', params: all, response: { 200: holdList } },
    },
    async (request) => ({ items: await holds.list(request.params.experiment) }),
  );
  app.post(
    '/api/v1/experiments/:experiment/holds',
    {
      config: { action: 'hold.set' },
      schema: {
        tags,
        summary: 'Hold the launches of the experiment, a campaign or a stage',
        params: all,
        body: holdRequest,
        response: { 201: holdView },
      },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      return reply
        .status(201)
        .send(await holds.set(editorFor(personOf(request), experiment), experiment, request.body));
    },
  );
  app.post(
    '/api/v1/experiments/:experiment/holds/:id/release',
    {
      config: { action: 'hold.set' },
      schema: { tags, summary: 'Release a hold', params: all.extend({ id }), response: { 200: holdView } },
    },
    (request) => {
      const { experiment, id: holdId } = request.params;
      return holds.release(editorFor(personOf(request), experiment), experiment, holdId);
    },
  );
  app.post(
    '/api/v1/holds',
    {
      config: { action: 'hold.everything' },
      schema: {
        tags,
        summary: 'Hold the launches of all experiments',
        body: holdEverything,
        response: { 201: holdView },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await holds.setEverything(personOf(request), request.body)),
  );
  app.post(
    '/api/v1/holds/:id/release',
    {
      config: { action: 'hold.everything' },
      schema: {
        tags,
        summary: 'Release the hold of everything',
        params: z.object({ id }),
        response: { 200: holdView },
      },
    },
    (request) => holds.releaseEverything(personOf(request), request.params.id),
  );
}
