/** The URLs of files: what is known of one, what it was made from and became, and its bytes where POMS can reach them. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { z } from 'zod';
import type { DataHandling } from '../../connectors/data/types.ts';
import { PomsError } from '../../errors.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { contentUrl, mediaTypeOf } from '../media.ts';
import { submissionsByProject } from './queries.ts';
import { dataQuery, fileDetail, lineageQuery, lineageView, usesQuery, usesView } from './schema.ts';
import { type DatasetParts, dataHandlingNamed } from './service.ts';

export interface FileRoutesDeps extends DatasetParts {
  /** Only what is below this folder of the experiment is given out. */
  outputFolder(experiment: string): string;
}

const one = z.object({ experiment: experimentName, name: z.string().min(1).max(1000) });
const URL = '/api/v1/experiments/:experiment/files/:name';
const tags = ['files'];

export function fileRoutes(app: App, deps: FileRoutesDeps): void {
  const withLineage = (name: string): DataHandling => {
    const data = dataHandlingNamed(deps, name);
    if (data.capabilities.lineage) return data;
    throw new PomsError('unsupported', { system: name, what: 'tell of single files' });
  };
  app.get(
    URL,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'A file with all its metadata and where it is',
        params: one,
        querystring: dataQuery,
        response: { 200: fileDetail },
      },
    },
    async (request) => {
      const { experiment, name } = request.params;
      const data = withLineage(request.query.dataHandling);
      const file = await data.file(experiment, name);
      const shows = mediaTypeOf(name);
      return {
        ...file,
        dataHandling: data.name,
        shows,
        content:
          shows === null || file.locations.length === 0 ? null : contentUrl(experiment, name, data.name),
      };
    },
  );
  app.get(
    `${URL}/lineage`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'What a file was made from, or what was made from it, by generation',
        params: one,
        querystring: lineageQuery,
        response: { 200: lineageView },
      },
    },
    (request) => {
      const { dataHandling, direction, depth, limit } = request.query;
      const { experiment, name } = request.params;
      return withLineage(dataHandling).lineage(experiment, name, direction, { depth, limit });
    },
  );
  app.get(
    `${URL}/uses`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'The projects that a file was given to, with their submissions, the newest first',
        params: one,
        querystring: usesQuery,
        response: { 200: usesView },
      },
    },
    async (request) => {
      const { experiment, name } = request.params;
      const { dataHandling, limit } = request.query;
      const data = dataHandlingNamed(deps, dataHandling);
      if (data.fileUses === undefined) {
        throw new PomsError('unsupported', { system: data.name, what: 'tell what a file was given to' });
      }
      const { projects, more } = await data.fileUses(experiment, name, limit);
      const names = projects.map(({ project }) => project);
      const submissions = await submissionsByProject(deps.db, experiment, data.name, names);
      const items = projects.map((use) => ({ ...use, submissions: submissions.get(use.project) ?? [] }));
      return { projects: items, more };
    },
  );
  app.get(
    `${URL}/content`,
    {
      config: { action: 'file.view' },
      schema: { tags, summary: 'The bytes of a file', params: one, querystring: dataQuery },
    },
    async (request, reply) => {
      const { experiment, name } = request.params;
      const data = withLineage(request.query.dataHandling);
      const path = await findLocalFile(data, deps.outputFolder(experiment), experiment, name);
      // A file is somebody's work: whatever is in it must not run as a part of the console.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
      reply.header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(name)}`);
      return reply.type(mediaTypeOf(name) ?? 'application/octet-stream').send(createReadStream(path));
    },
  );
}

async function findLocalFile(
  data: DataHandling,
  outputFolder: string,
  experiment: string,
  name: string,
): Promise<string> {
  const { locations } = await data.file(experiment, name);
  const folder = await realpath(outputFolder);
  for (const location of locations) {
    const path = await realpath(location.replace(/^file:(\/\/)?/, '')).catch(() => null);
    if (path?.startsWith(folder + sep) === true && (await stat(path)).isFile()) return path;
  }
  throw new PomsError('not-found', { kind: 'file', name });
}
