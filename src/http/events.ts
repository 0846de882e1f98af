/** The event stream: what changed, to every browser that watches an experiment (design 12). */
import { z } from 'zod';
import type { Change, Changes } from '../database/changes.ts';
import { authorise } from '../domain/policies/index.ts';
import { experimentName } from '../services/common.ts';
import { personOf } from './identity.ts';
import type { App } from './server.ts';

/** A client that does not read is let go: it reconnects and asks afresh. */
const MAX_WAITING = 5000;

/**
 * `event: connected` once nothing is missed any more, `event: change` with `{kind, campaignId, id}`, and `event:
 * reconnected` when the server itself may have missed changes; that its own connection broke, a client knows. Changes
 * within 100 ms are told once: a burst of job events of one submission is one change.
 */
export function eventRoutes(app: App, deps: { changes: Changes }): void {
  app.get(
    '/api/v1/events',
    {
      sse: { kind: 'only' },
      config: { action: 'self.view' },
      schema: {
        tags: ['events'],
        summary: 'Changes of an experiment as server-sent events',
        querystring: z.object({ experiment: experimentName }),
      },
    },
    async (request, reply) => {
      const { experiment } = request.query;
      authorise(personOf(request), 'campaign.view', { experiment });
      reply.sse.keepAlive();
      const waiting = new Map<string, Change>();
      const flush = setInterval(() => {
        const changes = [...waiting.values()];
        waiting.clear();
        if (changes.length > MAX_WAITING) reply.sse.close();
        for (const change of changes) void reply.sse.send(message(change)).catch(() => reply.sse.close());
      }, 100);
      const unsubscribe = deps.changes.subscribe((change) => {
        if (change.experiment !== experiment && change.experiment !== '') return;
        waiting.set(`${change.kind}:${change.id}`, change);
      });
      reply.sse.onClose(() => {
        clearInterval(flush);
        unsubscribe();
      });
      await reply.sse.send({ event: 'connected', data: {} });
    },
  );
}

function message(change: Change): { event: string; data: unknown } {
  if (change.kind === 'reconnected') return { event: 'reconnected', data: {} };
  return { event: 'change', data: { kind: change.kind, campaignId: change.campaignId, id: change.id } };
}
