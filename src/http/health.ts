/** Is the process alive, and is it ready to serve? For whoever supervises it. */
import { z } from 'zod';
import { missingMigrations } from '../database/migrate.ts';
import type { EngineParts } from '../engine/parts.ts';
import type { App } from './server.ts';

const readiness = z.object({ ready: z.boolean(), problems: z.array(z.string()) });

export function healthRoutes(app: App, parts: EngineParts): void {
  app.get(
    '/healthz',
    {
      config: { action: 'public' },
      schema: {
        tags: ['health'],
        summary: 'The process is alive',
        response: { 200: z.object({ alive: z.literal(true) }) },
      },
    },
    () => ({ alive: true as const }),
  );
  app.get(
    '/readyz',
    {
      config: { action: 'public' },
      schema: {
        tags: ['health'],
        summary: 'Database and migrations are right',
        response: { 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const problems = await problemsOf(parts);
      return reply.status(problems.length === 0 ? 200 : 503).send({ ready: problems.length === 0, problems });
    },
  );
}

async function problemsOf(parts: EngineParts): Promise<string[]> {
  try {
    const missing = await missingMigrations(parts.database.pool);
    return missing.map((name) => `migration ${name} is not applied`);
  } catch {
    return ['the database does not answer'];
  }
}
