/** The bytes of files that lie where POMS can reach them: pictures and texts that the console shows. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { z } from 'zod';
import type { DataHandling } from '../../connectors/data/types.ts';
import { quoteValue } from '../../domain/dimension-text.ts';
import { PomsError } from '../../errors.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { mediaTypeOf } from '../media.ts';

export interface FileRoutesDeps {
  catalogue: DataHandling;
  /** Only what is below this folder of the experiment is given out. */
  outputFolder(experiment: string): string;
}

export function fileRoutes(app: App, deps: FileRoutesDeps): void {
  app.get(
    '/api/v1/experiments/:experiment/files/:name/content',
    {
      config: { action: 'file.view' },
      schema: {
        tags: ['files'],
        summary: 'The bytes of a file',
        params: z.object({ experiment: experimentName, name: z.string() }),
      },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      const path = await findLocalFile(deps, experiment, name);
      // A file is somebody's work: whatever is in it must not run as a part of the console.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(name)}`);
      return reply.type(mediaTypeOf(name) ?? 'application/octet-stream').send(createReadStream(path));
    },
  );
}

async function findLocalFile(deps: FileRoutesDeps, experiment: string, name: string): Promise<string> {
  const { files } = await deps.catalogue.list(experiment, `file_name ${quoteValue(name)}`, { limit: 1 });
  const folder = await realpath(deps.outputFolder(experiment));
  for (const location of files[0]?.locations ?? []) {
    const path = await realpath(location.replace(/^file:(\/\/)?/, '')).catch(() => null);
    if (path?.startsWith(folder + sep) === true && (await stat(path)).isFile()) return path;
  }
  throw new PomsError('not-found', { kind: 'file', name });
}
