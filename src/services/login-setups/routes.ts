/** The URLs of login setups. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { editorFor } from '../editing.ts';
import { loginSetupChange, loginSetupCreate, loginSetupList, loginSetupView } from './schema.ts';
import type { LoginSetups } from './service.ts';

const all = z.object({ experiment: experimentName });
const one = all.extend({ name: z.string() });
const URL = '/api/v1/experiments/:experiment/login-setups';

export function loginSetupRoutes(app: App, deps: { loginSetups: LoginSetups }): void {
  const { loginSetups } = deps;
  const tags = ['login setups'];

  app.get(
    URL,
    {
      config: { action: 'login-setup.view' },
      schema: { tags, summary: 'List login setups', params: all, response: { 200: loginSetupList } },
    },
    async (request) => ({ items: await loginSetups.list(request.params.experiment) }),
  );
  app.post(
    URL,
    {
      config: { action: 'login-setup.edit' },
      schema: {
        tags,
        summary: 'Create a login setup',
        params: all,
        body: loginSetupCreate,
        response: { 201: loginSetupView },
      },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      const made = await loginSetups.create(
        editorFor(personOf(request), experiment),
        experiment,
        request.body,
      );
      return reply.status(201).send(made);
    },
  );
  app.get(
    `${URL}/:name`,
    {
      config: { action: 'login-setup.view' },
      schema: { tags, summary: 'Show a login setup', params: one, response: { 200: loginSetupView } },
    },
    (request) => loginSetups.get(request.params.experiment, request.params.name),
  );
  app.put(
    `${URL}/:name`,
    {
      config: { action: 'login-setup.edit' },
      schema: {
        tags,
        summary: 'Change or rename a login setup',
        params: one,
        body: loginSetupChange,
        response: { 200: loginSetupView },
      },
    },
    (request) => {
      const { experiment, name } = request.params;
      return loginSetups.change(editorFor(personOf(request), experiment), experiment, name, request.body);
    },
  );
  app.delete(
    `${URL}/:name`,
    {
      config: { action: 'login-setup.edit' },
      schema: {
        tags,
        summary: 'Delete a login setup that no stage uses',
        params: one,
        querystring: z.object({ version: z.coerce.number().int() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      await loginSetups.remove(
        editorFor(personOf(request), experiment),
        experiment,
        name,
        request.query.version,
      );
      return reply.status(204).send(null);
    },
  );
}
