/** Files handed to processes, each to exactly one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { PomsError } from '../../../errors.ts';
import { fileUrl, schemaOf } from './locations.ts';
import type { Session } from './session.ts';

export interface HandedFile {
  name: string;
  /** Where to read it: a location with the name at its end; the name alone where no location is known. */
  url: string;
}

/**
 * The next file for a process, or null when none is left.
 *
 * With `resume`, a process that holds a file it has not reported is handed that file again. This makes the call
 * safe to repeat when its answer was lost; a process that works on several files at once does not use it.
 * Errors 'not-found', 'project-ended'.
 */
export async function nextFile(
  session: Session,
  experiment: string,
  project: string,
  processId: number,
  options: { resume: boolean },
): Promise<HandedFile | null> {
  for (;;) {
    const file = await offerFile(session, experiment, project, processId, options);
    if (file !== 'wait') return file;
  }
}

/** How long to wait for files that others are taking at this moment, in ms; longer is up to the client. */
const PATIENCE_MS = 500;
const PAUSE_MS = 20;

/** As `nextFile`, but 'wait' when others are taking the last files and have not done so in half a second. */
export async function offerFile(
  { db }: Session,
  experiment: string,
  project: string,
  processId: number,
  { resume }: { resume: boolean },
): Promise<HandedFile | 'wait' | null> {
  for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
    const { rows } = await sql<Answer>`
      select outcome, name, locations, schemas from dh.next_file(${experiment}, ${project}, ${processId}, ${resume})`.execute(
      db,
    );
    const [answer] = rows;
    switch (answer?.outcome) {
      case 'file':
        return toFile(answer);
      case 'none':
        return null;
      case 'locked':
        await sleep(PAUSE_MS);
        break;
      case 'no project':
        throw new PomsError('not-found', { kind: 'project', name: project });
      case 'project ended':
        throw new PomsError('project-ended', { kind: 'Project', name: project });
      case 'process ended':
        throw new PomsError('project-ended', { kind: 'Process', name: processId });
      default:
        throw new PomsError('not-found', { kind: 'process', name: processId });
    }
  }
  return 'wait';
}

/** Of the function dh.next_file; name, locations and schemas come with a file only. */
type Answer =
  | { outcome: 'none' | 'locked' | 'no project' | 'no process' | 'project ended' | 'process ended' }
  | {
      outcome: 'file';
      name: string;
      locations: string[];
      /** What the process can read, the best first. */
      schemas: string[];
    };

function toFile({ name, locations, schemas }: Answer & { outcome: 'file' }): HandedFile {
  const wanted = schemas.flatMap((schema) => locations.filter((location) => schemaOf(location) === schema));
  return { name, url: fileUrl(name, wanted[0] ?? locations[0] ?? null) };
}
