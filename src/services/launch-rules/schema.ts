/** What goes in and out of the launch rules service. */
import { z } from 'zod';
import { OWN_ACCOUNT } from '../../domain/launch-rules.ts';
import { timestamp } from '../common.ts';
import { accountName } from '../definitions.ts';

const hostPattern = z
  .string()
  .max(253)
  .regex(
    /^[A-Za-z0-9-]*\*?[A-Za-z0-9-]*(\.[A-Za-z0-9-]*\*?[A-Za-z0-9-]*)*$/,
    'is no pattern of a host name; a * may stand once in each part between dots',
  )
  .refine((pattern) => pattern.split('.').every((part) => part !== ''), 'has an empty part');

const launchRule = z
  .strictObject({
    role: z.enum(['production', 'analysis']).describe('In which role jobs run.'),
    hosts: z.array(hostPattern).min(1).max(100).describe('`*` stands for text without a dot.'),
    accounts: z
      .array(z.literal(OWN_ACCOUNT).or(accountName))
      .min(1)
      .max(100)
      .describe(`Accounts on these hosts. In analysis ${OWN_ACCOUNT} is the account called as its user.`),
  })
  .refine(
    ({ role, accounts }) => role === 'analysis' || !accounts.includes(OWN_ACCOUNT),
    `gives production a person's own account (${OWN_ACCOUNT}); production has accounts that it shares`,
  );

export const launchRulesChange = z.strictObject({
  rules: z.array(launchRule).max(100).describe('All rules. What none of them allows is not allowed.'),
  version: z.number().int().min(0).describe('The version the change was made on.'),
});
export type LaunchRulesChange = z.infer<typeof launchRulesChange>;

export const launchRulesView = z.object({
  rules: z.array(launchRule),
  version: z.number().describe('0: none were ever stated.'),
  updater: z.string().nullable(),
  updated: timestamp.nullable(),
});
