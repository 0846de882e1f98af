/** The tags of an experiment's campaigns. They are made and linked by the campaigns themselves. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';

const tagList = z.object({ items: z.array(z.object({ name: z.string(), campaigns: z.number() })) });

export function tagRoutes(app: App, deps: { db: Db }): void {
  app.get(
    '/api/v1/experiments/:experiment/tags',
    {
      config: { action: 'campaign.view' },
      schema: {
        tags: ['tags'],
        summary: 'List tags with the number of their campaigns',
        params: z.object({ experiment: experimentName }),
        response: { 200: tagList },
      },
    },
    async (request) => ({ items: await selectTags(deps.db, request.params.experiment) }),
  );
}

async function selectTags(db: Db, experiment: string): Promise<{ name: string; campaigns: number }[]> {
  const { rows } = await sql<{ name: string; campaigns: number }>`
    select t.name, count(ct.campaign_id)::integer as campaigns
    from tag t left join campaign_tag ct using (tag_id)
    where t.experiment = ${experiment} group by t.tag_id, t.name order by t.name`.execute(db);
  return rows;
}
