/** The URLs of failures. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { listFailureJobs } from './queries.ts';
import { failureJobs, failureJobsQuery, failureList, failureParams, failuresQuery } from './schema.ts';
import { findScope } from './scope.ts';
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
        summary:
          'Failures of the jobs of a campaign, stage or submission, in groups, the most frequent first',
        params: all,
        querystring: failuresQuery,
        response: { 200: failureList },
      },
    },
    (request) => {
      const { since, ...scope } = request.query;
      return listFailures(db, request.params.experiment, scope, since);
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
      const { after, limit, ...asked } = request.query;
      const scope = await findScope(db, request.params.experiment, asked);
      return listFailureJobs(db, scope, request.params.failure, { after, limit });
    },
  );
}
