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

const dataHandling = z.object({
  name: z.string(),
  language: z.enum(['sam', 'mql']).describe('Of its queries.'),
  link: z
    .object({
      reachable: z.boolean(),
      since: timestamp,
      problem: z.string().nullable(),
      checked: timestamp,
      nextTry: timestamp.describe('While it is away nothing is asked before then.'),
    })
    .nullable()
    .describe('As this server has seen it; null: it was not asked yet, or is within POMS.'),
});

export const systemsView = z.object({
  launchHosts: z.array(launchHost),
  batchSystems: z.array(batchSystem),
  dataHandlings: z.array(dataHandling),
});

export type SystemsView = z.output<typeof systemsView>;
export type LaunchHostView = z.input<typeof launchHost>;
export type BatchSystemView = z.input<typeof batchSystem>;
