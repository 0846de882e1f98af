/** Outside systems, as the API shows them. */
import { z } from 'zod';
import { timestamp } from '../common.ts';

const launchHost = z.object({
  name: z.string(),
  launches: z
    .object({
      limit: z.number().describe('At a time, by one engine.'),
      running: z.number(),
      queued: z.number(),
    })
    .describe('By the login setups of their stages.'),
  accounts: z
    .array(
      z.object({
        account: z.string(),
        reachable: z.boolean(),
        since: timestamp,
        problem: z.string().nullable(),
        checked: timestamp,
      }),
    )
    .describe('Those that were asked for, as the engine that asked last has seen them.'),
});

const batchSystem = z.object({
  name: z.string(),
  looked: timestamp.nullable().describe('When it last told what has changed.'),
  problem: z.string().nullable(),
  problemSince: timestamp.nullable(),
});

export const systemsView = z.object({
  launchHosts: z.array(launchHost),
  batchSystems: z.array(batchSystem),
});

export type SystemsView = z.output<typeof systemsView>;
export type LaunchHostView = z.input<typeof launchHost>;
export type BatchSystemView = z.input<typeof batchSystem>;
