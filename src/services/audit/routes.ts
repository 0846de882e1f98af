/** The audit log of an experiment, newest first. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { experimentName, page, pageQuery, timestamp } from '../common.ts';
import { afterId, toPage } from '../paging.ts';

export const auditList = page(
  z.object({
    auditId: z.number(),
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    object: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  }),
);
const query = pageQuery.extend({
  object: z.string().optional().describe('Of one object: `campaign quakes`, `job type select`.'),
  actor: z.string().optional(),
});

export function auditRoutes(app: App, deps: { db: Db }): void {
  app.get(
    '/api/v1/experiments/:experiment/audit',
    {
      config: { action: 'audit.view' },
      schema: {
        tags: ['audit'],
        summary: 'Who changed what',
        params: z.object({ experiment: experimentName }),
        querystring: query,
        response: { 200: auditList },
      },
    },
    async (request) => {
      const rows = await selectAudit(deps.db, request.params.experiment, request.query);
      return toPage(rows, request.query.limit, (row) => row.auditId);
    },
  );
}

function selectAudit(db: Db, experiment: string, { object, actor, after, limit }: z.infer<typeof query>) {
  const from = afterId(after);
  return db
    .selectFrom('auditEvent')
    .select(['auditId', 'at', 'actor', 'action', 'object', 'before', 'after'])
    .where('experiment', '=', experiment)
    .$if(object !== undefined, (q) => q.where('object', '=', object ?? ''))
    .$if(actor !== undefined, (q) => q.where('actor', '=', actor ?? ''))
    .$if(from !== null, (q) => q.where('auditId', '<', from ?? 0))
    .orderBy('auditId', 'desc')
    .limit(limit + 1)
    .execute();
}
