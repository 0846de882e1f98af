/** The URLs of launches. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import { authorise } from '../../domain/policies/index.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id } from '../common.ts';
import { getLaunch, listLaunches } from './queries.ts';
import {
  launchCommands,
  launchList,
  launchListQuery,
  launchPreview,
  launchRequest,
  launchRow,
} from './schema.ts';

type Request = z.infer<typeof launchRequest>;
type Who = { username: string; experimenterId: number };

export interface LaunchRoutesDeps {
  db: Db;
  /** Whose stage it is that would be launched. */
  owner(
    experiment: string,
    request: Request,
  ): Promise<{ experimenterId: number; role: 'analysis' | 'production' }>;
  launch(
    person: Who,
    experiment: string,
    request: Request,
  ): Promise<{
    launchId: number;
    hold: { scope: string; heldBy: string; since: Date; reason: string } | null;
  }>;
  preview(person: Who, experiment: string, request: Request): Promise<z.input<typeof launchPreview>>;
  commands(person: Who, experiment: string, request: Request): Promise<z.input<typeof launchCommands>>;
  cancel(person: Who, launchId: number): Promise<void>;
  retry(person: Who, launchId: number): Promise<void>;
}

const all = z.object({ experiment: experimentName });
const one = all.extend({ id });
const URL = '/api/v1/experiments/:experiment/launches';
const tags = ['launches'];
const answer = z.object({ launch: launchRow });

export function launchRoutes(app: App, deps: LaunchRoutesDeps): void {
  const permit = async (
    request: Parameters<typeof personOf>[0],
    experiment: string,
    body: Request,
  ): Promise<Who> => {
    const person = personOf(request);
    const target = { experiment, owner: await deps.owner(experiment, body) };
    authorise(person, 'launch.do', target);
    // Parameters are shell text of the stage's account: whoever may not write the stage may not add to its command.
    if (body.parameters.length > 0) authorise(person, 'campaign.edit', target);
    return person;
  };
  app.get(
    URL,
    {
      config: { action: 'launch.view' },
      schema: {
        tags,
        summary: 'List launches, newest first',
        params: all,
        querystring: launchListQuery,
        response: { 200: launchList },
      },
    },
    (request) => {
      const { campaign, state, after, limit } = request.query;
      return listLaunches(deps.db, { experiment: request.params.experiment, campaign, state, after, limit });
    },
  );
  app.get(
    `${URL}/:id`,
    {
      config: { action: 'launch.view' },
      schema: { tags, summary: 'Show a launch', params: one, response: { 200: launchRow } },
    },
    (request) => getLaunch(deps.db, request.params.experiment, request.params.id),
  );
  app.post(
    URL,
    {
      config: { action: 'launch.do' },
      schema: {
        tags,
        summary: 'Launch a stage; 423 when launches are held, and the launch is queued',
        params: all,
        body: launchRequest,
        response: { 201: answer },
      },
    },
    async (request, reply) => {
      const { experiment } = request.params;
      const person = await permit(request, experiment, request.body);
      const { launchId, hold } = await deps.launch(person, experiment, request.body);
      if (hold !== null) {
        throw new PomsError('launches-held', {
          scope: hold.scope,
          who: hold.heldBy,
          since: hold.since.toISOString(),
          reason: hold.reason,
        });
      }
      return reply.status(201).send({ launch: await getLaunch(deps.db, experiment, launchId) });
    },
  );
  app.post(
    `${URL}/preview`,
    {
      config: { action: 'launch.do' },
      schema: {
        tags,
        summary: 'What a launch would run, moving nothing',
        params: all,
        body: launchRequest,
        response: { 200: launchPreview },
      },
    },
    async (request) => {
      const { experiment } = request.params;
      const person = await permit(request, experiment, request.body);
      return deps.preview(person, experiment, request.body);
    },
  );
  app.post(
    `${URL}/commands`,
    {
      config: { action: 'launch.do' },
      schema: {
        tags,
        summary: 'What a launch would run, as text to run by hand, moving nothing',
        params: all,
        body: launchRequest,
        response: { 200: launchCommands },
      },
    },
    async (request) => {
      const { experiment } = request.params;
      const person = await permit(request, experiment, request.body);
      return deps.commands(person, experiment, request.body);
    },
  );
  for (const [word, summary] of [
    ['cancel', 'Cancel a launch that has not begun'],
    ['retry', 'Queue a launch again that failed before it had a submission'],
  ] as const) {
    app.post(
      `${URL}/:id/${word}`,
      { config: { action: 'launch.do' }, schema: { tags, summary, params: one, response: { 200: answer } } },
      async (request) => {
        const { experiment, id: launchId } = request.params;
        const before = await getLaunch(deps.db, experiment, launchId);
        const person = await permit(request, experiment, {
          ...launchRequest.parse({ campaign: before.campaign }),
          stage: before.stage,
        });
        await deps[word](person, launchId);
        return { launch: await getLaunch(deps.db, experiment, launchId) };
      },
    );
  }
}
