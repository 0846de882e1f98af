/** Processes of jobs: establishing, files one after the other, ending. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { experimentOf, type Handler, writing } from './calls.ts';
import { parametersOf, pathNumber, pathPart } from './parameters.ts';
import { PROJECT } from './projects.ts';
import { sendJson, sendText, wantsJson } from './reply.ts';

/** Seconds after which a client that was told to wait asks again. */
const WAIT_SECONDS = 2;

export function processRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  writing(app, `${PROJECT}/establishProcess`, async (request, reply) => {
    const parameters = parametersOf(request);
    const name = parameters.text('appname');
    const version = parameters.text('appversion');
    const id = await catalogue.establishProcess(experimentOf(request), pathPart(request, 'project'), {
      application:
        name && version ? { family: parameters.text('appfamily') || name, name, version } : undefined,
      node: parameters.text('node'),
      user: parameters.text('username'),
      description: parameters.text('description'),
      fileLimit: parameters.number('filelimit') || undefined,
      uniqueId: parameters.text('unique_id') || undefined,
      schemas: parameters
        .all('schemas')
        .flatMap((list) => list.split(','))
        .filter((schema) => schema !== ''),
    });
    return sendText(reply, String(id));
  });

  const byDescription: Handler = async (request, reply) => {
    const description = pathPart(request, 'description');
    await catalogue.setProcessStatus(...projectOf(request), { description }, endOf(request));
    return sendText(reply, 'OK\n');
  };
  writing(app, `${PROJECT}/process_description/:description/status`, byDescription, { method: 'PUT' });

  // Old and new clients differ in this one word.
  for (const process of [`${PROJECT}/process/:process`, `${PROJECT}/processes/:process`]) {
    writing(app, `${process}/getNextFile`, nextFile(catalogue));
    for (const call of ['updateFileStatus', 'releaseFile'])
      writing(app, `${process}/${call}`, reportFile(catalogue));
    writing(app, `${process}/endProcess`, async (request, reply) => {
      await catalogue.endProcess(...projectOf(request), pathNumber(request, 'process'), endOf(request));
      return sendText(reply, 'OK\n');
    });
    const setStatus: Handler = async (request, reply) => {
      const id = pathNumber(request, 'process');
      await catalogue.setProcessStatus(...projectOf(request), { id }, endOf(request));
      return sendText(reply, 'OK\n');
    };
    writing(app, `${process}/status`, setStatus, { method: 'PUT' });
  }
}

/**
 * With `resume=1`, a file that this process holds and has not reported is handed to it again, so the call may be
 * repeated when its answer was lost. Without it every call hands out another file, as SAM does.
 */
function nextFile(catalogue: Catalogue): Handler {
  return async (request, reply) => {
    const options = { resume: parametersOf(request).flag('resume') };
    const file = await catalogue.offerFile(...projectOf(request), pathNumber(request, 'process'), options);
    if (file === null) return reply.status(204).send();
    if (file === 'wait') {
      reply.status(202).header('retry-after', WAIT_SECONDS);
      return sendText(reply, `No file at this moment, ask again in seconds: ${WAIT_SECONDS}\n`);
    }
    return wantsJson(request, 'plain')
      ? sendJson(reply, { url: file.url, filename: file.name })
      : sendText(reply, `${file.url}\n${file.name}`);
  };
}

function reportFile(catalogue: Catalogue): Handler {
  return async (request, reply) => {
    const parameters = parametersOf(request);
    const report = {
      file: baseName(parameters.required('filename')),
      status: parameters.required('status'),
    };
    await catalogue.reportFile(...projectOf(request), pathNumber(request, 'process'), report);
    return sendText(reply, 'OK\n');
  };
}

function projectOf(request: FastifyRequest): [experiment: string, project: string] {
  return [experimentOf(request), pathPart(request, 'project')];
}

function endOf(request: FastifyRequest): 'completed' | 'bad' {
  const status = parametersOf(request).text('status') ?? 'completed';
  if (status === 'completed' || status === 'bad') return status;
  const problem = `A process ends as completed or bad, not as ${status}.`;
  throw new PomsError('bad-request', { problem });
}

/** Job scripts report a file by its whole URL as well. */
function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
