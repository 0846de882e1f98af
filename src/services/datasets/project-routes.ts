/** The URLs of data projects: those of submissions, and how far one is. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import { PomsError } from '../../errors.ts';
import type { App } from '../../http/server.ts';
import { experimentName, pageQuery } from '../common.ts';
import { afterId, toPage } from '../paging.ts';
import { dataQuery, type ProjectRow, projectDetail, projectList } from './schema.ts';
import { type DatasetParts, dataHandlingNamed } from './service.ts';

const all = z.object({ experiment: experimentName });
const URL = '/api/v1/experiments/:experiment/projects';
const tags = ['datasets'];

export function projectRoutes(app: App, parts: DatasetParts): void {
  app.get(
    URL,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'The data projects of submissions, the newest first',
        params: all,
        querystring: pageQuery.extend({ campaign: z.string().optional() }),
        response: { 200: projectList },
      },
    },
    async (request) => {
      const { campaign, after, limit } = request.query;
      const before = afterId(after);
      const rows = await findProjects(parts.db, request.params.experiment, limit + 1, [
        ...(campaign === undefined ? [] : [sql`c.name = ${campaign}`]),
        ...(before === null ? [] : [sql`b.submission_id < ${before}`]),
      ]);
      return toPage(rows, limit, (row) => row.submissionId);
    },
  );
  app.get(
    `${URL}/:name`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'How far a data project is, counted now',
        params: all.extend({ name: z.string().min(1).max(250) }),
        querystring: dataQuery,
        response: { 200: projectDetail },
      },
    },
    async (request) => {
      const { experiment, name } = request.params;
      const data = dataHandlingNamed(parts, request.query.dataHandling);
      const [summary] = await data.projectSummaries(experiment, [name]);
      if (summary === undefined || !summary.exists) {
        throw new PomsError('not-found', { kind: 'project', name });
      }
      const { exists: _, states = null, ...counts } = summary;
      const submissions = await findProjects(parts.db, experiment, 50, [
        sql`b.project = ${name}`,
        sql`c.data_handling = ${data.name}`,
      ]);
      return { ...counts, states, dataHandling: data.name, submissions };
    },
  );
}

async function findProjects(
  db: Db,
  experiment: string,
  limit: number,
  conditions: ReturnType<typeof sql>[],
): Promise<ProjectRow[]> {
  const where = [sql`b.experiment = ${experiment}`, sql`b.project is not null`, ...conditions];
  const { rows } = await sql<ProjectRow>`
    select b.project, b.submission_id, c.name as campaign, s.name as stage, t.status, c.data_handling, b.dataset,
      b.files_total as files, b.files_consumed as consumed, b.files_failed as failed
    from submission b join campaign c on c.campaign_id = b.campaign_id join stage s on s.stage_id = b.stage_id
    join submission_status t using (status_id)
    where ${sql.join(where, sql` and `)} order by b.submission_id desc limit ${limit}`.execute(db);
  return rows;
}
