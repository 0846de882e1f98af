/** The URLs of failures. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { findStages, listFailureJobs } from './queries.ts';
import { failureJobs, failureJobsQuery, failureList, failureParams, failuresQuery } from './schema.ts';
import { listFailures } from './service.ts';

const all = z.object({ experiment: experimentName });
const URL = '/api/v1/experiments/:experiment/failures';
const tags = ['jobs'];

export function failureRoutes(app: App, { db }: { db: Db }): void {
  app.get(
    URL,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'Failures of the jobs of a campaign or stage, in groups, the most frequent first',
        params: all,
        querystring: failuresQuery,
        response: { 200: failureList },
      },
    },
    (request) => {
      const { campaign, stage, since } = request.query;
      return listFailures(db, request.params.experiment, { campaign, stage, since });
    },
  );
  app.get(
    `${URL}/:failure/jobs`,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'Jobs with one failure, oldest first',
        params: all.extend(failureParams.shape),
        querystring: failureJobsQuery,
        response: { 200: failureJobs },
      },
    },
    async (request) => {
      const { campaign, stage, after, limit } = request.query;
      const { ids } = await findStages(db, request.params.experiment, campaign, stage);
      return listFailureJobs(db, ids, request.params.failure, { after, limit });
    },
  );
}
