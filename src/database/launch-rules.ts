/** The statements of launch rules. */
import { sql } from 'kysely';
import type { LaunchPolicy, LaunchRule } from '../domain/launch-rules.ts';
import { type Db, json, type Transaction } from './index.ts';

export interface StoredLaunchRules {
  rules: LaunchRule[];
  /** 0: none were ever stated. */
  version: number;
  updater: string | null;
  updated: Date | null;
}

export async function selectLaunchRules(
  db: Db | Transaction,
  experiment: string,
): Promise<StoredLaunchRules> {
  const { rows } = await sql<StoredLaunchRules>`
    select r.rules, r.version, p.username as updater, r.updated
    from launch_rules r join experimenter p on p.experimenter_id = r.updater_id
    where r.experiment = ${experiment}`.execute(db);
  return rows[0] ?? { rules: [], version: 0, updater: null, updated: null };
}

/** What the experiment allows at this moment. */
export async function loadLaunchPolicy(
  db: Db | Transaction,
  experiment: string,
  openLocalHost: boolean,
): Promise<LaunchPolicy> {
  const { rules } = await selectLaunchRules(db, experiment);
  return { experiment, rules, openLocalHost };
}

/** The caller holds the lock of the experiment. */
export async function storeLaunchRules(
  trx: Transaction,
  experiment: string,
  rules: readonly LaunchRule[],
  updaterId: number,
): Promise<void> {
  await sql`
    insert into launch_rules as r (experiment, rules, version, updater_id)
    values (${experiment}, ${json(rules)}, 1, ${updaterId})
    on conflict (experiment) do update set rules = excluded.rules, version = r.version + 1,
      updater_id = excluded.updater_id, updated = clock_timestamp()`.execute(trx);
}
