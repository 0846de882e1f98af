/** The URLs of actions on jobs. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import { authorise, type Person } from '../../domain/policies/index.ts';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id } from '../common.ts';
import type { Asker } from './plan.ts';
import { getJobAction, listJobActions } from './queries.ts';
import {
  jobActionList,
  jobActionListQuery,
  jobActionPreview,
  jobActionPreviewRequest,
  jobActionRequest,
  jobActionView,
} from './schema.ts';

interface Who {
  username: string;
  experimenterId: number;
  permit: Asker['permit'];
}

export interface JobActionRoutesDeps {
  db: Db;
  preview(
    who: Who,
    experiment: string,
    asked: z.infer<typeof jobActionPreviewRequest>,
  ): Promise<z.input<typeof jobActionPreview>>;
  request(
    who: Who,
    experiment: string,
    asked: z.infer<typeof jobActionRequest>,
  ): Promise<{ jobActionId: number }>;
}

const all = z.object({ experiment: experimentName });
const URL = '/api/v1/experiments/:experiment/job-actions';
const tags = ['jobs'];

export function jobActionRoutes(app: App, deps: JobActionRoutesDeps): void {
  app.post(
    `${URL}/preview`,
    {
      config: { action: 'job.act' },
      schema: {
        tags,
        summary: 'What an action on jobs would be done to, changing nothing',
        params: all,
        body: jobActionPreviewRequest,
        response: { 200: jobActionPreview },
      },
    },
    (request) => {
      const { experiment } = request.params;
      return deps.preview(whoFor(personOf(request), experiment), experiment, request.body);
    },
  );
  app.post(
    URL,
    {
      config: { action: 'job.act' },
      schema: {
        tags,
        summary: 'Hold, release or remove jobs; the engine does it, and the answer tells how far it is',
        params: all,
        body: jobActionRequest,
        response: { 201: jobActionView },
      },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      const who = whoFor(personOf(request), experiment);
      const { jobActionId } = await deps.request(who, experiment, request.body);
      return reply.status(201).send(await getJobAction(deps.db, experiment, jobActionId));
    },
  );
  app.get(
    URL,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'List actions on jobs, newest first',
        params: all,
        querystring: jobActionListQuery,
        response: { 200: jobActionList },
      },
    },
    (request) => {
      const { submission, state, after, limit } = request.query;
      const { experiment } = request.params;
      return listJobActions(deps.db, { experiment, submission, state, after, limit });
    },
  );
  app.get(
    `${URL}/:id`,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'Show an action on jobs: how far it is, and what became of single jobs',
        params: all.extend({ id }),
        response: { 200: jobActionView },
      },
    },
    (request) => getJobAction(deps.db, request.params.experiment, request.params.id),
  );
}

/** Each submission has an owner, and the rules of the table hold for each. */
function whoFor(person: Person, experiment: string): Who {
  const { username, experimenterId } = person;
  return { username, experimenterId, permit: (owner) => authorise(person, 'job.act', { experiment, owner }) };
}
