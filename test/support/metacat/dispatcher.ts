/**
 * A stand-in for Data Dispatcher. Written from the recorded shapes of spec/data-handling.md 3.4 and what its public
 * server does with them, not against a real server.
 */
import type { Answer, Asked } from './server.ts';
import type { HandleState, StandInHandle, StandInProject, StandInState } from './state.ts';

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain', body });
const json = (body: unknown): Answer => ({ status: 200, type: 'text/json', body: JSON.stringify(body) });

const NEEDS_USER =
  /^(create_project|delete_project|restart_handles|activate_project|cancel_project|next_file|release|projects)$/;

export function answerDispatcher(state: StandInState, asked: Asked): Answer {
  const { path, query, body, user } = asked;
  if (NEEDS_USER.test(path) && user === null) return text(401, 'Unauthenticated');
  if (path === 'version') return text(200, '2.0.3');
  if (path === 'rses') return json([]);
  if (path === 'create_project') return createProject(state, JSON.parse(body), user ?? '');
  if (path === 'projects') return listProjects(state, query, user ?? '');
  if (path === 'release') return release(state, query);

  const params = path === 'restart_handles' ? (JSON.parse(body) as Restart) : null;
  const project = state.projects.get(Number(params?.project_id ?? query.get('project_id')));
  if (path === 'handles') {
    const wanted = query.get('state');
    const not = query.get('not_state');
    return json(
      (project?.handles ?? [])
        .filter((handle) => (wanted === null || handle.state === wanted) && handle.state !== not)
        .map((handle) => handleJson(project?.id ?? 0, handle)),
    );
  }
  if (project === undefined) return text(404, 'Project not found');
  switch (path) {
    case 'project':
      return json(projectJson(project, query.get('with_files') !== 'no'));
    case 'next_file':
      return nextFile(state, project, query.get('worker_id') ?? '');
    case 'restart_handles':
      restart(project, params ?? {});
      return json(projectJson(project, true));
    case 'activate_project':
      project.state = 'active';
      return json(projectJson(project, true));
    case 'cancel_project':
      project.state = 'cancelled';
      return json(projectJson(project, true));
    case 'delete_project':
      state.projects.delete(project.id);
      return json(null);
    default:
      return text(404, 'Not found');
  }
}

interface Restart {
  project_id?: number | string;
  handles?: string[];
  done?: boolean;
  failed?: boolean;
  reserved?: boolean;
}

function restart(project: StandInProject, { handles, ...states }: Restart): void {
  const named = handles === undefined ? null : new Set(handles);
  for (const handle of project.handles) {
    const chosen = named
      ? named.has(`${handle.namespace}:${handle.name}`)
      : states[handle.state as 'done' | 'failed' | 'reserved'] === true;
    if (!chosen) continue;
    handle.state = 'initial';
    handle.workerId = null;
    handle.attempts = 0;
  }
  if (isOpen(project)) project.state = 'active';
}

const isOpen = (project: StandInProject) =>
  project.handles.some(({ state }) => state === 'initial' || state === 'reserved');

interface NewProject {
  files: { namespace: string; name: string }[];
  project_attributes?: Record<string, unknown>;
  query?: string;
  worker_timeout?: number | null;
  idle_timeout?: number | null;
}

function createProject(state: StandInState, wanted: NewProject, owner: string): Answer {
  const broken = wanted.files.find(({ namespace, name }) => !namespace || !name);
  if (broken !== undefined) return text(400, 'Invalid file specification');
  const project: StandInProject = {
    id: state.nextProject(),
    owner,
    state: 'active',
    attributes: wanted.project_attributes ?? {},
    query: wanted.query ?? null,
    workerTimeout: wanted.worker_timeout ?? null,
    idleTimeout: wanted.idle_timeout ?? 259_200,
    created: Date.now() / 1000,
    handles: wanted.files.map(({ namespace, name }) => ({
      namespace,
      name,
      state: 'initial',
      attempts: 0,
      workerId: null,
    })),
  };
  state.projects.set(project.id, project);
  return json(projectJson(project, true));
}

function listProjects(state: StandInState, query: URLSearchParams, user: string): Answer {
  const attributes = JSON.parse(query.get('attributes') || '{}') as Record<string, unknown>;
  const owner = query.get('owner') ?? user;
  const wanted = query.get('state');
  const found = [...state.projects.values()].filter(
    (project) =>
      (owner === 'all' || project.owner === owner) &&
      (wanted === null || project.state === wanted) &&
      project.state !== query.get('not_state') &&
      Object.entries(attributes).every(([name, value]) => project.attributes[name] === value),
  );
  return json(found.map((project) => projectJson(project, query.get('with_handles') !== 'no')));
}

/** A file is handed out only where there is a replica of it, unless the project is virtual. */
function nextFile(state: StandInState, project: StandInProject, worker: string): Answer {
  if (project.state !== 'active') return text(400, `Inactive project. State=${project.state}`);
  const virtual = project.attributes['virtual'] === true;
  const [handle] = project.handles
    .filter((one) => one.state === 'initial')
    .filter((one) => virtual || (state.replicas.get(`${one.namespace}:${one.name}`) ?? []).length > 0)
    .sort((a, b) => a.attempts - b.attempts);
  if (handle === undefined) {
    const open = isOpen(project);
    return json({ handle: null, reason: open ? 'retry' : 'project inactive', retry: open });
  }
  handle.state = 'reserved';
  handle.workerId = worker;
  handle.attempts += 1;
  return json({ handle: handleJson(project.id, handle), reason: 'reserved', retry: false });
}

function release(state: StandInState, query: URLSearchParams): Answer {
  const [id = '', namespace = '', name = ''] = (query.get('handle_id') ?? '').split(':');
  const project = state.projects.get(Number(id));
  const handle = project?.handles.find((one) => one.namespace === namespace && one.name === name);
  if (project === undefined || handle?.state !== 'reserved')
    return text(404, 'Handle not found or was not reserved');
  const failed = query.get('failed') === 'yes';
  const to: HandleState = failed ? (query.get('retry') === 'yes' ? 'initial' : 'failed') : 'done';
  handle.state = to;
  handle.workerId = null;
  if (!isOpen(project))
    project.state = project.handles.some((one) => one.state === 'failed') ? 'failed' : 'done';
  return json(handleJson(project.id, handle));
}

function projectJson(project: StandInProject, withHandles: boolean): Record<string, unknown> {
  const { id, owner, state, attributes, query, workerTimeout, idleTimeout, created } = project;
  return {
    project_id: id,
    owner,
    state,
    attributes,
    query,
    worker_timeout: workerTimeout,
    idle_timeout: idleTimeout,
    created_timestamp: created,
    ended_timestamp: null,
    active: state === 'active' && isOpen(project),
    users: [],
    roles: [],
    ...(withHandles ? { file_handles: project.handles.map((handle) => handleJson(id, handle)) } : {}),
  };
}

function handleJson(project: number, handle: StandInHandle): Record<string, unknown> {
  const { namespace, name, state, attempts, workerId } = handle;
  return {
    project_id: project,
    namespace,
    name,
    state,
    worker_id: workerId,
    attempts,
    attributes: {},
    reserved_since: null,
    replicas: {},
  };
}
