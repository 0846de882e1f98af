/** Projects: starting, finding, summary, what is left, ending. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue, FullProjectSummary } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../identity.ts';
import { experimentOf, reading, writing } from './calls.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { sendNames, sendObject, sendText } from './reply.ts';

const FILE_STATES = [
  'consumed',
  'completed',
  'cancelled',
  'failed',
  'delivered',
  'transferred',
  'unknown',
  'skipped',
  'unassigned',
] as const;
const MOST_PROCESSES = 10_000;

export const PROJECT = '/projects/:station/:project';

export function projectRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  writing(app, '/startProject', async (request, reply) => {
    const experiment = experimentOf(request);
    const parameters = parametersOf(request);
    const snapshotId = parameters.number('snapshot_id');
    // `name:force` asks for a new snapshot, which every new project takes anyway.
    const definition = parameters.text('defname')?.replace(/:force$/, '');
    if ((snapshotId === undefined) === (definition === undefined)) {
      throw new PomsError('bad-request', { problem: 'Either defname or snapshot_id is expected.' });
    }
    const project = await catalogue.startProject(experiment, {
      name: parameters.required('name'),
      station: parameters.text('station') || experiment,
      group: parameters.text('group'),
      user: parameters.text('username') ?? personOf(request).username,
      of: definition === undefined ? { snapshotId: snapshotId ?? 0 } : { definition },
    });
    return sendText(reply, projectUrl(request, project));
  });

  reading(app, '/findProject', async (request, reply) => {
    const project = await catalogue.project(experimentOf(request), parametersOf(request).required('name'));
    return sendText(reply, projectUrl(request, project));
  });

  reading(app, '/projects', async (request, reply) => {
    const parameters = parametersOf(request);
    const names = await catalogue.listProjects(experimentOf(request), {
      name: parameters.text('name'),
      user: parameters.text('user'),
      group: parameters.text('group'),
      definition: parameters.text('defname'),
      station: parameters.text('station'),
      state: parameters.text('state'),
      snapshotId: parameters.number('snapshot_id'),
      startedAfter: parameters.time('started_after'),
      startedBefore: parameters.time('started_before'),
      endedAfter: parameters.time('ended_after'),
      endedBefore: parameters.time('ended_before'),
    });
    return sendNames(request, reply, names, 'plain');
  });

  // In place of a station, `name` stands for any: names of projects are unique.
  reading(app, `${PROJECT}/summary`, (request, reply) => sendSummary(request, reply, catalogue));

  reading(app, `${PROJECT}/recovery_dimensions`, async (request, reply) => {
    const parameters = parametersOf(request);
    const query = await catalogue.remainingFiles(experimentOf(request), pathPart(request, 'project'), {
      useFiles: parameters.flag('useFiles', true),
      useProcess: parameters.flag('useProcess'),
    });
    return sendText(reply, query);
  });

  writing(app, `${PROJECT}/description`, async (request, reply) => {
    const description = parametersOf(request).text('description') ?? '';
    await catalogue.describeProject(experimentOf(request), pathPart(request, 'project'), description);
    return sendText(reply, 'OK\n');
  });

  writing(app, `${PROJECT}/endProject`, async (request, reply) => {
    await catalogue.endProject(experimentOf(request), pathPart(request, 'project'));
    return sendText(reply, 'OK\n');
  });
}

function projectUrl(request: FastifyRequest, project: { station: string; name: string }): string {
  const path = [experimentOf(request), 'api', 'projects', project.station, project.name].map(
    encodeURIComponent,
  );
  return `${request.protocol}://${request.host}/sam/${path.join('/')}`;
}

async function sendSummary(
  request: FastifyRequest,
  reply: FastifyReply,
  catalogue: Catalogue,
): Promise<FastifyReply> {
  const limit = Math.min(parametersOf(request).number('process_limit') ?? MOST_PROCESSES, MOST_PROCESSES);
  const summary = await catalogue.projectSummary(experimentOf(request), pathPart(request, 'project'), limit);
  return sendObject(request, reply, toSam(summary, limit > 0));
}

function toSam(summary: FullProjectSummary, withProcesses: boolean): Record<string, unknown> {
  const processes = summary.processes.map(({ processId, status, node, user, counts }) => ({
    process_id: processId,
    status,
    node,
    username: user,
    counts: fileCounts(counts),
  }));
  return {
    project_id: summary.id,
    project_name: summary.name,
    station_name: summary.station,
    project_description: summary.description,
    project_status: summary.state,
    project_start_time: summary.started.toISOString(),
    project_end_time: summary.ended?.toISOString() ?? null,
    username: summary.user,
    group: summary.group,
    snapshot_id: summary.snapshotId,
    dataset_def_name: summary.definition,
    dataset: summary.definition,
    files_in_snapshot: summary.files,
    file_counts: fileCounts(summary.counts),
    process_counts: { active: 0, completed: 0, bad: 0, ...summary.processCounts },
    ...(withProcesses && { processes }),
  };
}

/** Every state, so that clients need not know which may be missing. */
function fileCounts(counts: FullProjectSummary['counts']): Record<string, number> {
  return Object.fromEntries(FILE_STATES.map((state) => [state, counts[state] ?? 0]));
}
