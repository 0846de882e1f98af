/**
 * On which hosts, under which accounts an experiment launches, by role (spec/backend.md 2.2 item 7, without the hole
 * of its S9: hosts and accounts are the experiment's own). POMS reaches the accounts of all experiments, so what is
 * not stated is not allowed.
 */
import { PomsError } from '../errors.ts';

export type LaunchRole = 'production' | 'analysis';

/** One statement: with this role, any of these accounts on any of these hosts. */
export interface LaunchRule {
  role: LaunchRole;
  /** Names; a `*` stands for any text without a dot, one in each part between dots: `demogpvm*.example.org`. */
  hosts: string[];
  /** Names, or `OWN_ACCOUNT`. */
  accounts: string[];
}

/** In rules for analysis: the account that is called as the person whose definition it is. */
export const OWN_ACCOUNT = '%(experimenter)s';

/** What an experiment allows. */
export interface LaunchPolicy {
  experiment: string;
  rules: readonly LaunchRule[];
  /** Everybody may launch on this machine: developer mode, where everybody is the account that POMS runs as. */
  openLocalHost: boolean;
}

export interface LaunchPlace {
  host: string;
  account: string;
}

/** In which role something runs, and whose account is its own: null where several people may change what runs. */
export interface Runner {
  role: LaunchRole;
  own: string | null;
}

/** Whose a definition is. */
interface Maker {
  creatorRole: LaunchRole;
  creator: string;
}

/** As whom stages may use this login setup: one of production can be for stages that run in either role. */
export function runnersOf({ creatorRole, creator }: Maker): Runner[] {
  return creatorRole === 'analysis'
    ? [{ role: 'analysis', own: creator }]
    : [
        { role: 'production', own: null },
        { role: 'analysis', own: null },
      ];
}

/** As whom this stage runs. Whoever owns the stage decides what runs; whose login setup it is does not matter. */
export function runnerOf({ creatorRole, creator, voRole }: Maker & { voRole: LaunchRole }): Runner {
  return creatorRole === 'analysis' ? { role: 'analysis', own: creator } : { role: voRole, own: null };
}

/** Throws `place-not-allowed` unless one of the runners may use the host and account. */
export function checkPlace(policy: LaunchPolicy, place: LaunchPlace, runners: readonly Runner[]): void {
  if (isAllowed(policy, place, runners)) return;
  throw new PomsError('place-not-allowed', {
    experiment: policy.experiment,
    ...place,
    allowed: allowedPlaces(policy, runners),
  });
}

function isAllowed(policy: LaunchPolicy, place: LaunchPlace, runners: readonly Runner[]): boolean {
  if (policy.openLocalHost && isThisMachine(place.host)) return true;
  return policy.rules.some(({ role, hosts, accounts }) =>
    runners.some(
      (runner) =>
        runner.role === role &&
        hosts.some((pattern) => hostMatches(pattern, place.host)) &&
        accounts.some((account) => place.account === (account === OWN_ACCOUNT ? runner.own : account)),
    ),
  );
}

/** What would do, as part of a sentence. */
function allowedPlaces({ rules }: LaunchPolicy, runners: readonly Runner[]): string {
  const places = rules
    .filter(({ role }) => runners.some((runner) => runner.role === role))
    .map(({ role, hosts, accounts }) => `${accounts.join(' or ')} on ${hosts.join(' or ')} (${role})`);
  return places.length === 0 ? 'nothing' : places.join('; ');
}

/** Patterns do not reach this machine, where launch scripts run as POMS itself: it must be named. */
function hostMatches(pattern: string, host: string): boolean {
  const parts = host.toLowerCase().split('.');
  const wanted = pattern.toLowerCase().split('.');
  if (isThisMachine(host)) return pattern.toLowerCase() === host.toLowerCase();
  return wanted.length === parts.length && wanted.every((want, i) => partMatches(want, parts[i] ?? ''));
}

function partMatches(pattern: string, part: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === part;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return part.length >= before.length + after.length && part.startsWith(before) && part.endsWith(after);
}

const isThisMachine = (host: string) => ['local', 'localhost'].includes(host.toLowerCase());

/**
 * May only an administrator state this rule? A superuser of one experiment must not reach another's accounts, nor POMS
 * itself: without an administrator there are the accounts that by their name are the experiment's, and people's own.
 */
export function needsAdministrator(experiment: string, { hosts, accounts }: LaunchRule): boolean {
  const free = [`${experiment}pro`, `${experiment}ana`, OWN_ACCOUNT];
  return hosts.some(isThisMachine) || accounts.some((account) => !free.includes(account));
}
