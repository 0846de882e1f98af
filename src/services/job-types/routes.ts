/** The URLs of job types. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { editorFor } from '../editing.ts';
import { jobTypeChange, jobTypeCreate, jobTypeList, jobTypeView } from './schema.ts';
import type { JobTypes } from './service.ts';

const all = z.object({ experiment: experimentName });
const one = all.extend({ name: z.string() });
const URL = '/api/v1/experiments/:experiment/job-types';

export function jobTypeRoutes(app: App, deps: { jobTypes: JobTypes }): void {
  const { jobTypes } = deps;
  const tags = ['job types'];

  app.get(
    URL,
    {
      config: { action: 'job-type.view' },
      schema: { tags, summary: 'List job types', params: all, response: { 200: jobTypeList } },
    },
    async (request) => ({ items: await jobTypes.list(request.params.experiment) }),
  );
  app.post(
    URL,
    {
      config: { action: 'job-type.edit' },
      schema: {
        tags,
        summary: 'Create a job type',
        params: all,
        body: jobTypeCreate,
        response: { 201: jobTypeView },
      },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      const made = await jobTypes.create(editorFor(personOf(request), experiment), experiment, request.body);
      return reply.status(201).send(made);
    },
  );
  app.get(
    `${URL}/:name`,
    {
      config: { action: 'job-type.view' },
      schema: { tags, summary: 'Show a job type', params: one, response: { 200: jobTypeView } },
    },
    (request) => jobTypes.get(request.params.experiment, request.params.name),
  );
  app.put(
    `${URL}/:name`,
    {
      config: { action: 'job-type.edit' },
      schema: {
        tags,
        summary: 'Change or rename a job type',
        params: one,
        body: jobTypeChange,
        response: { 200: jobTypeView },
      },
    },
    (request) => {
      const { experiment, name } = request.params;
      return jobTypes.change(editorFor(personOf(request), experiment), experiment, name, request.body);
    },
  );
  app.delete(
    `${URL}/:name`,
    {
      config: { action: 'job-type.edit' },
      schema: {
        tags,
        summary: 'Delete a job type that no stage uses',
        params: one,
        querystring: z.object({ version: z.coerce.number().int() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      await jobTypes.remove(
        editorFor(personOf(request), experiment),
        experiment,
        name,
        request.query.version,
      );
      return reply.status(204).send(null);
    },
  );
}
