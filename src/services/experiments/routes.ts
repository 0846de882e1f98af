/** The URLs of experiments and their members. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { experimentCreate, experimentList, experimentView, memberList, membersChange } from './schema.ts';
import type { Experiments } from './service.ts';

const one = z.object({ experiment: experimentName });
const tags = ['experiments'];

export function experimentRoutes(app: App, deps: { experiments: Experiments }): void {
  const { experiments } = deps;
  app.get(
    '/api/v1/experiments',
    {
      config: { action: 'experiment.list' },
      schema: { tags, summary: 'List experiments', response: { 200: experimentList } },
    },
    async () => ({ items: await experiments.list() }),
  );
  app.post(
    '/api/v1/experiments',
    {
      config: { action: 'experiment.manage' },
      schema: {
        tags,
        summary: 'Create an experiment',
        body: experimentCreate,
        response: { 201: experimentView },
      },
    },
    async (request, reply) =>
      reply.status(201).send(await experiments.create(personOf(request).username, request.body)),
  );
  app.get(
    '/api/v1/experiments/:experiment/members',
    {
      config: { action: 'member.view' },
      schema: {
        tags,
        summary: 'List the members of an experiment',
        params: one,
        response: { 200: memberList },
      },
    },
    (request) => experiments.members(request.params.experiment),
  );
  app.put(
    '/api/v1/experiments/:experiment/members',
    {
      config: { action: 'member.manage' },
      schema: {
        tags,
        summary: 'Change the members of an experiment',
        params: one,
        body: membersChange,
        response: { 200: memberList },
      },
    },
    (request) =>
      experiments.changeMembers(personOf(request).username, request.params.experiment, request.body),
  );
}
