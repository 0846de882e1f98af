/** Processes of jobs: establishing, files one after the other, ending. */
import type { FastifyInstance } from 'fastify';
import type { Catalogue } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { parametersOf, pathNumber, pathPart } from './parameters.ts';
import { writing } from './queries.ts';
import { sendJson, sendText, wantsJson } from './reply.ts';

const PROJECT = '/projects/:station/:project';
const PROCESS = `${PROJECT}/process/:process`;

export function processRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  writing(app, `${PROJECT}/establishProcess`, async (request, reply) => {
    const parameters = parametersOf(request);
    const name = parameters.text('appname');
    const version = parameters.text('appversion');
    const id = await catalogue.establishProcess(
      pathPart(request, 'experiment'),
      pathPart(request, 'project'),
      {
        application:
          name && version ? { family: parameters.text('appfamily') || name, name, version } : undefined,
        node: parameters.text('node'),
        user: parameters.text('username'),
        description: parameters.text('description'),
        fileLimit: parameters.number('filelimit') || undefined,
        uniqueId: parameters.text('unique_id') || undefined,
      },
    );
    return sendText(reply, String(id));
  });

  // `resume=1`: a file that this process holds and has not reported is handed to it again, so the call may be
  // repeated when its answer was lost. Without it every call hands out another file, as SAM does.
  writing(app, `${PROCESS}/getNextFile`, async (request, reply) => {
    const options = { resume: parametersOf(request).flag('resume') };
    const [experiment, project] = [pathPart(request, 'experiment'), pathPart(request, 'project')];
    const file = await catalogue.nextFile(experiment, project, pathNumber(request, 'process'), options);
    if (file === null) return reply.status(204).send();
    return wantsJson(request, 'plain')
      ? sendJson(reply, { url: file.url, filename: file.name })
      : sendText(reply, `${file.url}\n${file.name}`);
  });

  for (const call of ['updateFileStatus', 'releaseFile']) {
    writing(app, `${PROCESS}/${call}`, async (request, reply) => {
      const parameters = parametersOf(request);
      const report = {
        file: baseName(parameters.required('filename')),
        status: parameters.required('status'),
      };
      const [experiment, project] = [pathPart(request, 'experiment'), pathPart(request, 'project')];
      await catalogue.reportFile(experiment, project, pathNumber(request, 'process'), report);
      return sendText(reply, 'OK\n');
    });
  }

  writing(app, `${PROCESS}/endProcess`, async (request, reply) => {
    const status = parametersOf(request).text('status') ?? 'completed';
    if (status !== 'completed' && status !== 'bad') {
      throw new PomsError('bad-request', {
        problem: `A process ends as completed or bad, not as ${status}.`,
      });
    }
    const [experiment, project] = [pathPart(request, 'experiment'), pathPart(request, 'project')];
    await catalogue.endProcess(experiment, project, pathNumber(request, 'process'), status);
    return sendText(reply, 'OK\n');
  });
}

/** Job scripts report a file by its whole URL as well. */
function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
