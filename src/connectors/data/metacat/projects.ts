/** Projects of Data Dispatcher, started by POMS. */
import { PomsError } from '../../../errors.ts';
import type { ProjectSummary, WantedProject } from '../types.ts';
import type { DispatcherProject, Handle } from './dispatcher-client.ts';
import { type Did, filesFrom, filesNamed } from './mql.ts';
import { filesOf, projectFiles } from './names.ts';
import type { Servers } from './servers.ts';

const KEY = 'poms_key';

/**
 * The project of a submission: the one that exists for the key, the one that the stage names, the same again for a
 * recovery in one project, or a new one. What files it has is kept as a dataset, for Data Dispatcher throws projects
 * away a day after their end. Errors `not-found` for a project that is named, `bad-query`, `outside-system`.
 */
export async function openProject(servers: Servers, wanted: WantedProject): Promise<string> {
  const project = await theProject(servers, wanted);
  const kept = projectFiles(project.id, servers.own);
  const isOwn = wanted.settings.project === undefined && wanted.again === null;
  await servers.metacat.createDataset({
    ...kept,
    files: isOwn ? filesOf(wanted.dataset, servers.own) : filesNamed(project.handles),
    frozen: true,
    description: `Files of project ${project.id}: ${wanted.description}`,
    metadata: {},
  });
  return project.id;
}

async function theProject(servers: Servers, wanted: WantedProject): Promise<DispatcherProject> {
  const { again, settings } = wanted;
  if (again !== null) {
    const same = await sameAgain(servers, again.project, wanted.dataset);
    if (same !== null) return same;
  }
  if (settings.project !== undefined) return existing(servers, settings.project);
  return (await found(servers, wanted)) ?? create(servers, wanted);
}

/**
 * The files of the dataset begin again in the project that had them. Null where it is gone or had not all of them, as
 * for files that were added since: then a new one is made. A second time does no harm before its jobs are there.
 */
async function sameAgain(
  { dispatcher, metacat, own }: Servers,
  id: string,
  dataset: string,
): Promise<DispatcherProject | null> {
  const project = await numbered(dispatcher, id);
  if (project === null) return null;
  const files = await metacat.files(filesOf(dataset, own), { metadata: false });
  const had = new Set(project.handles.map(did));
  if (!files.every((file) => had.has(did(file)))) return null;
  await dispatcher.restart(id, files);
  const after = await dispatcher.project(id);
  if (after !== null && after.state !== 'active') await dispatcher.activate(id);
  return after;
}

async function existing({ dispatcher }: Servers, id: string): Promise<DispatcherProject> {
  const project = await numbered(dispatcher, id);
  if (project === null) throw new PomsError('not-found', { kind: 'project of Data Dispatcher', name: id });
  return project;
}

/** The one that was started before with this key. One that was cut off before it had its files is taken away. */
async function found({ dispatcher }: Servers, { key }: WantedProject): Promise<DispatcherProject | null> {
  const [first, ...more] = await dispatcher.find({ [KEY]: key });
  if (first === undefined) return null;
  if (first.handles.length > 0) return first;
  for (const empty of [first, ...more]) await dispatcher.delete(empty.id);
  return null;
}

async function create(
  { dispatcher, metacat, own }: Servers,
  { key, dataset, description, settings }: WantedProject,
): Promise<DispatcherProject> {
  const query = filesOf(dataset, own);
  const files = await metacat.files(query, { metadata: false });
  if (files.length === 0) {
    throw new PomsError('bad-query', {
      problem: `There are no files in ${dataset}, so there is no project.`,
    });
  }
  const { virtual, loadLimit, idleTimeout, workerTimeout } = settings;
  return dispatcher.create({
    files,
    query,
    attributes: {
      [KEY]: key,
      poms_description: description,
      ...(virtual === undefined ? {} : { virtual }),
      ...(loadLimit === undefined ? {} : { load_limit: loadLimit }),
    },
    idleTimeout,
    workerTimeout,
  });
}

/** Projects of Data Dispatcher have numbers; null for another name, and where there is none (any more). */
export async function numbered(
  dispatcher: Servers['dispatcher'],
  project: string,
): Promise<DispatcherProject | null> {
  return /^[1-9]\d{0,17}$/.test(project) ? dispatcher.project(project) : null;
}

/** The files that a project had from the beginning. */
export function filesOfProject(project: string, own: string): string {
  return filesFrom([projectFiles(project, own)]);
}

const ENDED: ReadonlySet<DispatcherProject['state']> = new Set(['done', 'failed', 'cancelled', 'abandoned']);

export function summaryOf(project: string, known: DispatcherProject | null): ProjectSummary {
  const count = (state: Handle['state']) => known?.handles.filter((one) => one.state === state).length ?? 0;
  return {
    project,
    exists: known !== null,
    files: known?.handles.length ?? 0,
    consumed: count('done'),
    failed: count('failed'),
    delivered: count('reserved'),
    ended: known !== null && ENDED.has(known.state),
  };
}

const did = ({ namespace, name }: Did) => `${namespace}:${name}`;
