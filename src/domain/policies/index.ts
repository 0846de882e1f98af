/**
 * Who may do what: one table, one function. Every route names its action, and a test walks all routes.
 * The rules are those of spec/backend.md 9.3 as intended, without the holes of its 13.1.
 */
import { PomsError } from '../../errors.ts';

export const ROLES = ['analysis', 'production-shifter', 'production', 'superuser'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever a request or an engine step acts for. */
export interface Person {
  experimenterId: number;
  username: string;
  /** Administrator of the whole installation. */
  root: boolean;
  /** Active memberships. */
  roles: ReadonlyMap<string, Role>;
}

/** What an action is done to. */
export interface Target {
  experiment: string | null;
  /** Whose it is, and in which role it was made; absent where the action concerns the experiment itself. */
  owner?: { experimenterId: number; role: 'analysis' | 'production' };
}

/** Whose a definition is. */
export type Owner = NonNullable<Target['owner']>;

interface Rule {
  /** The least role, by the rank of `ROLES`; 'anyone' is any person known to POMS; 'root' an administrator. */
  least: Role | 'anyone' | 'root';
  /** Definitions: a shifter changes none, whatever his rank; analysis changes only its own. */
  definition?: true;
  /** What the action is, as it reads after "may not". */
  words: string;
}

const RULES = {
  'self.view': { least: 'anyone', words: 'see own identity' },
  'experiment.list': { least: 'anyone', words: 'list experiments' },
  'experiment.manage': { least: 'root', words: 'create or change experiments' },
  'member.view': { least: 'analysis', words: 'see the members' },
  'member.manage': { least: 'superuser', words: 'change members' },
  'launch-rule.view': { least: 'analysis', words: 'see launch rules' },
  'launch-rule.edit': { least: 'superuser', words: 'change launch rules' },
  'campaign.view': { least: 'analysis', words: 'see campaigns' },
  'campaign.edit': { least: 'analysis', definition: true, words: 'change campaigns' },
  'login-setup.view': { least: 'analysis', words: 'see login setups' },
  'login-setup.edit': { least: 'analysis', definition: true, words: 'change login setups' },
  'job-type.view': { least: 'analysis', words: 'see job types' },
  'job-type.edit': { least: 'analysis', definition: true, words: 'change job types' },
  'launch.view': { least: 'analysis', words: 'see launches' },
  'launch.do': { least: 'analysis', words: 'launch' },
  'submission.view': { least: 'analysis', words: 'see submissions' },
  'submission.act': { least: 'analysis', words: 'act on submissions' },
  'job.view': { least: 'analysis', words: 'see jobs' },
  'job.act': { least: 'analysis', words: 'hold, release or remove jobs' },
  'hold.view': { least: 'analysis', words: 'see holds' },
  'hold.set': { least: 'production-shifter', words: 'hold or release launches' },
  'hold.everything': { least: 'root', words: 'hold or release the launches of all experiments' },
  'file.view': { least: 'analysis', words: 'see files and datasets' },
  'file.write': { least: 'analysis', words: 'declare files and run projects' },
  'file.manage': { least: 'production', words: 'change what others made in the catalogue' },
  'system.view': { least: 'anyone', words: 'see launch hosts and batch systems' },
  'audit.view': { least: 'production', words: 'see the audit log' },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof RULES;

export type Verdict = { allowed: true } | { allowed: false; reason: string };

/** May the person do this to that, and if not, why not: a sentence for people. */
export function may(person: Person, action: Action, target: Target): Verdict {
  const rule: Rule = RULES[action];
  if (person.root || rule.least === 'anyone') return { allowed: true };
  if (rule.least === 'root') return no('only an administrator may');
  if (target.experiment === null) return no('it belongs to no experiment');
  const role = person.roles.get(target.experiment);
  if (role === undefined) return no(`not a member of ${target.experiment}`);
  if (rank(role) < rank(rule.least))
    return no(`needs the role ${rule.least} in ${target.experiment}; the role is ${role}`);
  if (rule.definition === true && role === 'production-shifter')
    return no('a shifter watches and acts, but changes no definitions');
  return target.owner === undefined || role === 'superuser'
    ? { allowed: true }
    : mayTouch(person, role, action, target.owner);
}

/** Throws `not-allowed` with the reason, where the person may not do this to that. */
export function authorise(person: Person, action: Action, target: Target): void {
  const verdict = may(person, action, target);
  if (verdict.allowed) return;
  throw new PomsError('not-allowed', {
    who: person.username,
    action: RULES[action].words,
    reason: verdict.reason,
  });
}

function mayTouch(person: Person, role: Role, action: Action, owner: NonNullable<Target['owner']>): Verdict {
  const viewing = action.endsWith('.view');
  if (viewing) return { allowed: true };
  if (role === 'analysis') {
    if (owner.role !== 'analysis') return no('it belongs to production, and the role is analysis');
    return owner.experimenterId === person.experimenterId
      ? { allowed: true }
      : no('it belongs to somebody else');
  }
  const rule: Rule = RULES[action];
  if (
    rule.definition === true &&
    owner.role === 'analysis' &&
    owner.experimenterId !== person.experimenterId
  ) {
    return no('it belongs to an analysis user');
  }
  return { allowed: true };
}

function rank(role: Role): number {
  return ROLES.indexOf(role);
}

function no(reason: string): Verdict {
  return { allowed: false, reason };
}
