/** The URLs of campaigns and their files. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { editorFor } from '../editing.ts';
import { campaignJsonSchema } from './file/schema.ts';
import {
  applyRequest,
  applyResult,
  campaignList,
  campaignListQuery,
  campaignPatch,
  campaignView,
} from './schema.ts';
import type { Campaigns } from './service.ts';

const all = z.object({ experiment: experimentName });
const one = all.extend({ name: z.string() });
const URL = '/api/v1/experiments/:experiment/campaigns';
const tags = ['campaigns'];
const view = { action: 'campaign.view' } as const;
const edit = { action: 'campaign.edit' } as const;

export function campaignRoutes(app: App, deps: { campaigns: Campaigns }): void {
  const { campaigns } = deps;

  app.get(
    URL,
    {
      config: view,
      schema: {
        tags,
        summary: 'List campaigns',
        params: all,
        querystring: campaignListQuery,
        response: { 200: campaignList },
      },
    },
    (request) => campaigns.list(request.params.experiment, request.query),
  );
  app.get(
    `${URL}/:name`,
    {
      config: view,
      schema: {
        tags,
        summary: 'Show a campaign with its stages',
        params: one,
        response: { 200: campaignView },
      },
    },
    (request) => campaigns.view(request.params.experiment, request.params.name),
  );
  app.patch(
    `${URL}/:name`,
    {
      config: edit,
      schema: {
        tags,
        summary: 'Rename a campaign, change its state, description, tags',
        params: one,
        body: campaignPatch,
        response: { 200: campaignView },
      },
    },
    (request) => {
      const { experiment, name } = request.params;
      return campaigns.change(editorFor(personOf(request), experiment), experiment, name, request.body);
    },
  );
  app.delete(
    `${URL}/:name`,
    {
      config: edit,
      schema: {
        tags,
        summary: 'Delete a campaign that was never launched',
        params: one,
        querystring: z.object({ version: z.coerce.number().int() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      await campaigns.remove(
        editorFor(personOf(request), experiment),
        experiment,
        name,
        request.query.version,
      );
      return reply.status(204).send(null);
    },
  );
  fileRoutes(app, campaigns);
}

function fileRoutes(app: App, campaigns: Campaigns): void {
  app.post(
    `${URL}/apply`,
    {
      config: edit,
      schema: {
        tags,
        summary: 'Apply a campaign file, or show what it would change',
        params: all,
        body: applyRequest,
        response: { 200: applyResult },
      },
    },
    (request) => {
      const { experiment } = request.params;
      return campaigns.apply(editorFor(personOf(request), experiment), experiment, request.body);
    },
  );
  app.get(
    `${URL}/:name/file`,
    { config: view, schema: { tags, summary: 'The campaign as a file (YAML)', params: one } },
    async (request, reply) => {
      const { experiment, name } = request.params;
      return reply.type('application/yaml; charset=utf-8').send(await campaigns.file(experiment, name));
    },
  );
  app.get(
    '/api/v1/schemas/campaign.json',
    { config: { action: 'public' }, schema: { tags, summary: 'JSON Schema of campaign files' } },
    async (_, reply) => reply.type('application/schema+json').send(JSON.stringify(SCHEMA)),
  );
}

const SCHEMA = campaignJsonSchema();
