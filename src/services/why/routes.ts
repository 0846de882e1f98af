/** The URLs of why a submission or a job is not moving. */
import { z } from 'zod';
import type { BatchSystem } from '../../connectors/batch/types.ts';
import type { Db } from '../../database/index.ts';
import { whyJob, whySubmission } from '../../domain/why/index.ts';
import type { App } from '../../http/server.ts';
import { experimentName, id } from '../common.ts';
import { createAskWhy } from './ask.ts';
import { jobFacts, submissionFacts } from './queries.ts';
import { whyView } from './schema.ts';

const one = z.object({ experiment: experimentName, id });

export function whyRoutes(app: App, deps: { db: Db; batchSystems: ReadonlyMap<string, BatchSystem> }): void {
  const ask = createAskWhy(deps.batchSystems);
  app.get(
    '/api/v1/experiments/:experiment/submissions/:id/why',
    {
      config: { action: 'submission.view' },
      schema: {
        tags: ['submissions'],
        summary: 'Why a submission is not moving',
        params: one,
        response: { 200: whyView },
      },
    },
    async (request) => {
      const { experiment, id: submissionId } = request.params;
      const facts = await submissionFacts(deps.db, experiment, submissionId);
      const said = facts.firstIdle === null ? null : await ask(facts.batch.system, facts.firstIdle);
      return whySubmission(facts, said);
    },
  );
  app.get(
    '/api/v1/experiments/:experiment/jobs/:id/why',
    {
      config: { action: 'job.view' },
      schema: {
        tags: ['jobs'],
        summary: 'Why a job is not moving',
        params: one,
        response: { 200: whyView },
      },
    },
    async (request) => {
      const { experiment, id: jobId } = request.params;
      const facts = await jobFacts(deps.db, experiment, jobId);
      const waits = facts.state === 'idle' || facts.state === 'held';
      return whyJob(facts, waits ? await ask(facts.batch.system, facts.batchId) : null);
    },
  );
}
