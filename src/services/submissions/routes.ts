/** The URLs of submissions. */
import { z } from 'zod';
import type { BatchSystem } from '../../connectors/batch/types.ts';
import type { DataHandling } from '../../connectors/data/types.ts';
import type { LaunchHost } from '../../connectors/hosts/types.ts';
import type { Db } from '../../database/index.ts';
import { authorise } from '../../domain/policies/index.ts';
import type { ErrorCode } from '../../errors.ts';
import { ERRORS } from '../../errors.ts';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id, logPage, logQuery, pageQuery } from '../common.ts';
import { ACTION_NAMES, actionsFor, type SubmissionAction } from './actions.ts';
import { listOutputs } from './outputs.ts';
import { getSubmission, listEvents, listSubmissions } from './queries.ts';
import {
  actionRequest,
  actionResult,
  eventList,
  outputList,
  submissionList,
  submissionListQuery,
  submissionView,
} from './schema.ts';

export interface SubmissionRoutesDeps {
  db: Db;
  dataHandlings: ReadonlyMap<string, DataHandling>;
  batchSystems: ReadonlyMap<string, BatchSystem>;
  host(name: string, account: string): LaunchHost;
  act(
    person: { username: string; experimenterId: number },
    experiment: string,
    submissionId: number,
    action: SubmissionAction,
    request: z.infer<typeof actionRequest>,
  ): Promise<z.infer<typeof actionResult>>;
}

const all = z.object({ experiment: experimentName });
const one = all.extend({ id });
const URL = '/api/v1/experiments/:experiment/submissions';
const tags = ['submissions'];

export function submissionRoutes(app: App, deps: SubmissionRoutesDeps): void {
  const { db } = deps;
  app.get(
    URL,
    {
      config: { action: 'submission.view' },
      schema: {
        tags,
        summary: 'List submissions, newest first',
        params: all,
        querystring: submissionListQuery,
        response: { 200: submissionList },
      },
    },
    (request) => {
      const { campaign, stage, run, status, after, limit } = request.query;
      return listSubmissions(db, {
        experiment: request.params.experiment,
        campaign,
        stage,
        run,
        status,
        after,
        limit,
      });
    },
  );
  app.get(
    `${URL}/:id`,
    {
      config: { action: 'submission.view' },
      schema: { tags, summary: 'Show a submission', params: one, response: { 200: submissionView } },
    },
    async (request) => {
      const found = await getSubmission(db, request.params.experiment, request.params.id);
      const { outcome } = found.launch;
      const advice = outcome !== null && outcome in ERRORS ? ERRORS[outcome as ErrorCode].advice : null;
      return { ...found, launch: { ...found.launch, advice }, actions: actionsFor(found.status) };
    },
  );
  app.get(
    `${URL}/:id/events`,
    {
      config: { action: 'submission.view' },
      schema: {
        tags,
        summary: 'What happened to a submission, oldest first',
        params: one,
        querystring: pageQuery,
        response: { 200: eventList },
      },
    },
    async (request) => {
      await getSubmission(db, request.params.experiment, request.params.id);
      return listEvents(db, request.params.id, { after: request.query.after, limit: request.query.limit });
    },
  );
  app.get(
    `${URL}/:id/outputs`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'Files that a submission made',
        params: one,
        querystring: pageQuery,
        response: { 200: outputList },
      },
    },
    async (request) => {
      const submission = await getSubmission(db, request.params.experiment, request.params.id);
      return listOutputs(deps.dataHandlings, submission, {
        after: request.query.after,
        limit: request.query.limit,
      });
    },
  );
  app.get(
    `${URL}/:id/launch-log`,
    {
      config: { action: 'submission.view' },
      schema: {
        tags,
        summary: 'What the launch script printed',
        params: one,
        querystring: logQuery,
        response: { 200: logPage },
      },
    },
    async (request) => {
      const submission = await getSubmission(db, request.params.experiment, request.params.id);
      const host = deps.host(submission.host, submission.account);
      const page = await host.log(submission.launchId, request.query.offset, request.query.limit);
      return { ...page, ended: submission.launch.ended !== null };
    },
  );
  app.post(
    `${URL}/:id/actions/:action`,
    {
      config: { action: 'submission.act' },
      schema: {
        tags,
        summary: 'Act on a submission',
        params: one.extend({ action: z.enum(ACTION_NAMES) }),
        body: actionRequest,
        response: { 200: actionResult },
      },
    },
    async (request) => {
      const { experiment, id: submissionId, action } = request.params;
      const person = personOf(request);
      const submission = await getSubmission(db, experiment, submissionId);
      authorise(person, 'submission.act', {
        experiment,
        owner: { experimenterId: submission.creatorId, role: submission.creatorRole },
      });
      return deps.act(person, experiment, submissionId, action, request.body);
    },
  );
}
