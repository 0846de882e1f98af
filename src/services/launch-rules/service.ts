/** The launch rules of an experiment: on which hosts, under which accounts it launches. */
import { isDeepStrictEqual } from 'node:util';
import { recordAudit } from '../../database/audit.ts';
import { lockExperiment } from '../../database/experiments.ts';
import type { Db } from '../../database/index.ts';
import { type StoredLaunchRules, selectLaunchRules, storeLaunchRules } from '../../database/launch-rules.ts';
import { type LaunchRule, needsAdministrator } from '../../domain/launch-rules.ts';
import type { Person } from '../../domain/policies/index.ts';
import { PomsError } from '../../errors.ts';
import { checkVersion } from '../editing.ts';
import type { LaunchRulesChange } from './schema.ts';

export interface LaunchRules {
  get(experiment: string): Promise<StoredLaunchRules>;
  /** Throws `not-found` for the experiment, `stale-version`, `not-allowed` for what only an administrator may state. */
  change(person: Person, experiment: string, change: LaunchRulesChange): Promise<StoredLaunchRules>;
}

export function createLaunchRules(db: Db): LaunchRules {
  return {
    get: (experiment) => selectLaunchRules(db, experiment),
    change: (person, experiment, { rules, version }) =>
      db.transaction().execute(async (trx) => {
        await lockExperiment(trx, experiment);
        const before = await selectLaunchRules(trx, experiment);
        checkSeen(experiment, version, before);
        if (!person.root) refuseReach(person, experiment, rules, before.rules);
        await storeLaunchRules(trx, experiment, rules, person.experimenterId);
        const after = await selectLaunchRules(trx, experiment);
        await recordAudit(trx, {
          experiment,
          actor: person.username,
          action: 'change',
          object: `launch rules of ${experiment}`,
          before: before.rules,
          after: after.rules,
        });
        return after;
      }),
  };
}

function checkSeen(experiment: string, seen: number, { version, updater, updated }: StoredLaunchRules): void {
  if (seen === version) return;
  checkVersion('Launch rules of', experiment, seen, {
    version,
    savedBy: updater ?? 'nobody',
    savedAt: updated ?? new Date(0),
  });
}

/** A superuser may keep what an administrator has stated, and state what reaches no further than the experiment. */
function refuseReach(
  person: Person,
  experiment: string,
  wanted: readonly LaunchRule[],
  before: readonly LaunchRule[],
): void {
  const beyond = wanted.find(
    (rule) => needsAdministrator(experiment, rule) && !before.some((one) => isDeepStrictEqual(one, rule)),
  );
  if (beyond === undefined) return;
  throw new PomsError('not-allowed', {
    who: person.username,
    action: `allow ${beyond.accounts.join(', ')} on ${beyond.hosts.join(', ')}`,
    reason: `only an administrator may allow this machine, or accounts other than ${experiment}pro, ${experiment}ana and people's own`,
  });
}
