/** The URL of oneself. */
import { z } from 'zod';
import type { Db } from '../../database/index.ts';
import { ROLES } from '../../domain/policies/index.ts';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { describePerson } from './service.ts';

export const meView = z.object({
  username: z.string(),
  name: z.string(),
  root: z.boolean().describe('Administrator of the whole installation.'),
  identity: z.enum(['developer', 'front']).describe('How POMS knows who asks.'),
  experiments: z.array(z.object({ experiment: z.string(), name: z.string(), role: z.enum(ROLES) })),
});
export type MeView = z.infer<typeof meView>;

export function peopleRoutes(app: App, deps: { db: Db; identity: MeView['identity'] }): void {
  app.get(
    '/api/v1/me',
    {
      config: { action: 'self.view' },
      schema: {
        tags: ['people'],
        summary: 'Who is asking, and where in which role',
        response: { 200: meView },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { username, root } = person;
      return { username, root, identity: deps.identity, ...(await describePerson(deps.db, person)) };
    },
  );
}
