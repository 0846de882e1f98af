/** The audit log: who changed what, with what it was before and after, in the transaction that changes it (design 9). */
import { type Db, json, type Transaction } from './index.ts';

export interface AuditEntry {
  /** Null for what concerns the whole installation. */
  experiment: string | null;
  /** A username, or the part of POMS that acted. */
  actor: string;
  /** What was done, as verb: `create`, `change`, `remove`, `hold`, ... */
  action: string;
  /** To what: `campaign quakes`, `job type select`. */
  object: string;
  before?: unknown;
  after?: unknown;
}

/** Call it within the transaction of the change. */
export async function recordAudit(trx: Transaction | Db, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('auditEvent')
    .values({
      experiment: entry.experiment,
      actor: entry.actor,
      action: entry.action,
      object: entry.object,
      before: entry.before === undefined ? null : json(entry.before),
      after: entry.after === undefined ? null : json(entry.after),
    })
    .execute();
}
