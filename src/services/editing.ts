/** What every save of a definition has in common: who saves, on which version, and errors of the database in words. */
import { type Action, authorise, type Owner, type Person } from '../domain/policies/index.ts';
import { PomsError } from '../errors.ts';

/** The person who changes definitions of one experiment. */
export interface Editor {
  experimenterId: number;
  username: string;
  /** The role that a new definition of this person belongs to. */
  creatorRole: Owner['role'];
  /** Throws `not-allowed` unless the person may do this to what the owner has made. */
  permit(action: Action, owner?: Owner): void;
}

export function editorFor(person: Person, experiment: string): Editor {
  return {
    experimenterId: person.experimenterId,
    username: person.username,
    creatorRole: !person.root && person.roles.get(experiment) === 'analysis' ? 'analysis' : 'production',
    permit: (action, owner) =>
      authorise(person, action, owner === undefined ? { experiment } : { experiment, owner }),
  };
}

/** What is known of the last save of a definition. */
export interface Saved {
  version: number;
  savedBy: string;
  savedAt: Date;
}

/** Throws `stale-version` where somebody has saved since the version that a change was made on. */
export function checkVersion(kind: string, name: string, yours: number, saved: Saved): void {
  if (saved.version === yours) return;
  throw new PomsError('stale-version', {
    kind,
    name,
    who: saved.savedBy,
    when: saved.savedAt.toISOString(),
    current: saved.version,
    yours,
  });
}

/** Runs a statement that stores a name; throws `name-taken` where another definition has it. */
export async function orNameTaken<T>(kind: string, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (sqlState(cause) === '23505') throw new PomsError('name-taken', { kind, name }, { cause });
    throw cause;
  }
}

/** PostgreSQL's code of an error, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Runs a deletion; throws `in-use` where something refers to what is deleted. */
export async function orInUse<T>(kind: string, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (sqlState(cause) === '23503')
      throw new PomsError('in-use', { kind, name, users: 'something new' }, { cause });
    throw cause;
  }
}

/** Users as a sentence's part: the first few by name. */
export function listUsers(users: readonly string[]): string {
  const shown = users.slice(0, 5).join(', ');
  return users.length <= 5 ? shown : `${shown} and ${users.length - 5} more`;
}
