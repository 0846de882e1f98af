/** The URLs of jobs. */
import { z } from 'zod';
import type { BatchSystem } from '../../connectors/batch/types.ts';
import type { Db } from '../../database/index.ts';
import { isEnded } from '../../domain/job-state.ts';
import { PomsError } from '../../errors.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id, logPage, logQuery } from '../common.ts';
import { getJob, listJobs } from './queries.ts';
import { jobList, jobListQuery, jobRow } from './schema.ts';

const all = z.object({ experiment: experimentName });
const one = all.extend({ id });
const URL = '/api/v1/experiments/:experiment/jobs';
const tags = ['jobs'];

export function jobRoutes(app: App, deps: { db: Db; batchSystems: ReadonlyMap<string, BatchSystem> }): void {
  app.get(
    URL,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'List jobs, oldest first',
        params: all,
        querystring: jobListQuery,
        response: { 200: jobList },
      },
    },
    (request) => {
      const { submission, state, after, limit } = request.query;
      return listJobs(deps.db, { experiment: request.params.experiment, submission, state, after, limit });
    },
  );
  app.get(
    `${URL}/:id`,
    {
      config: { action: 'job.view' },
      schema: { tags, summary: 'Show a job', params: one, response: { 200: jobRow } },
    },
    (request) => getJob(deps.db, request.params.experiment, request.params.id),
  );
  app.get(
    `${URL}/:id/log/:stream`,
    {
      config: { action: 'job.view' },
      schema: {
        tags,
        summary: 'What a job has written so far',
        params: one.extend({ stream: z.enum(['stdout', 'stderr']) }),
        querystring: logQuery,
        response: { 200: logPage },
      },
    },
    async (request) => {
      const job = await getJob(deps.db, request.params.experiment, request.params.id);
      const system = deps.batchSystems.get(job.batchSystem);
      if (system === undefined) {
        throw new PomsError('outside-system', {
          system: `Batch system ${job.batchSystem}`,
          problem: 'this POMS is not connected to it',
        });
      }
      const page = await system.log(
        job.batchId,
        request.params.stream,
        request.query.offset,
        request.query.limit,
      );
      return { ...page, ended: isEnded(job.state) };
    },
  );
}
