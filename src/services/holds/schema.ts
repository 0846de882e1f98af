/** What goes in and out of the holds service. */
import { z } from 'zod';
import { objectName, text, timestamp } from '../common.ts';

export const holdView = z.object({
  holdId: z.number(),
  scope: z.enum(['everything', 'experiment', 'campaign', 'stage']),
  campaign: z.string().nullable(),
  stage: z.string().nullable(),
  reason: z.string(),
  heldBy: z.string(),
  since: timestamp,
  until: timestamp.nullable(),
  releasedBy: z.string().nullable(),
  released: timestamp.nullable(),
});
export const holdList = z.object({ items: z.array(holdView) });

const reason = text.trim().min(1).max(2000).describe('Why: it is shown wherever launches wait for it.');
const until = z.iso
  .datetime({ offset: true })
  .nullable()
  .default(null)
  .describe('When it ends by itself; null: when it is released.');

export const holdEverything = z.strictObject({ reason, until });
export type HoldEverything = z.infer<typeof holdEverything>;

export const holdRequest = z
  .strictObject({
    scope: z.enum(['experiment', 'campaign', 'stage']),
    campaign: objectName.optional(),
    stage: objectName.optional(),
    reason,
    until,
  })
  .refine(({ scope, campaign }) => (scope === 'experiment') === (campaign === undefined), {
    path: ['campaign'],
    message: 'must be given for the scopes campaign and stage, and for no other',
  })
  .refine(({ scope, stage }) => (scope === 'stage') === (stage !== undefined), {
    path: ['stage'],
    message: 'must be given for the scope stage, and for no other',
  });
export type HoldRequest = z.infer<typeof holdRequest>;
