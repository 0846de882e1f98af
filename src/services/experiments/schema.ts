/** What goes in and out of the experiments service. */
import { z } from 'zod';
import { ROLES } from '../../domain/policies/index.ts';
import { experimentName, text, timestamp } from '../common.ts';

export const experimentView = z.object({
  experiment: experimentName,
  name: z.string(),
  logbook: z.string().nullable(),
  active: z.boolean(),
  created: timestamp,
});
export const experimentList = z.object({ items: z.array(experimentView) });

export const experimentCreate = z.strictObject({
  experiment: experimentName,
  name: text.trim().min(1).max(200),
  logbook: z.url().max(1000).nullable().default(null),
});
export type ExperimentCreate = z.infer<typeof experimentCreate>;

export const username = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'is no username');

export const member = z.strictObject({
  username,
  role: z.enum(ROLES),
  active: z.boolean().default(true),
});
export type Member = z.infer<typeof member>;

export const memberList = z.object({
  items: z.array(
    member.extend({
      name: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      email: z.string().nullable(),
    }),
  ),
  version: z.string().describe('Send it back with a change: a change on an older list is refused.'),
});

export const membersChange = z.strictObject({
  members: z
    .array(member)
    .max(5000)
    .refine(
      (all) => new Set(all.map((one) => one.username)).size === all.length,
      'must name each person once',
    )
    .describe('All members. Who is not named is a member no more.'),
  version: z.string().describe('Of the list that the change was made on.'),
});
export type MembersChange = z.infer<typeof membersChange>;
