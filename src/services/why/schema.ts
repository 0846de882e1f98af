/** What goes out of the question why something is not moving. */
import { z } from 'zod';
import { timestamp } from '../common.ts';

export const whyView = z.object({
  code: z.string().describe('Stable; the list is in src/domain/why/facts.ts.'),
  text: z.string().describe('One or two sentences for people.'),
  since: timestamp.nullable(),
  moving: z.boolean().describe('It goes on by itself.'),
});
export type WhyView = z.infer<typeof whyView>;
