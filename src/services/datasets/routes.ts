/** The URLs of datasets and queries. */
import { z } from 'zod';
import type { CatalogueFile, DataHandling } from '../../connectors/data/types.ts';
import { PomsError } from '../../errors.ts';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName, objectName, pageQuery } from '../common.ts';
import {
  dataQuery,
  datasetDetail,
  datasetFilesQuery,
  datasetList,
  datasetParams,
  datasetsQuery,
  explainRequest,
  explanation,
  fileList,
  fileReport,
  newDataset,
  queryFilesRequest,
  querySummary,
} from './schema.ts';
import { type DatasetParts, dataHandlingNamed, defineDataset, explain, showDataset } from './service.ts';

const all = z.object({ experiment: experimentName });
const one = all.extend(datasetParams.shape);
const URL = '/api/v1/experiments/:experiment/datasets';
const tags = ['datasets'];

export interface DatasetRoutesDeps extends DatasetParts {
  /** The file report of a campaign (engine/file-report.ts). */
  report(
    experiment: string,
    campaign: string,
    page: { after: string | undefined; limit: number },
  ): Promise<z.input<typeof fileReport>>;
}

export function datasetRoutes(app: App, parts: DatasetRoutesDeps): void {
  app.get(
    URL,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'Datasets by name',
        params: all,
        querystring: datasetsQuery,
        response: { 200: datasetList },
      },
    },
    async (request) => {
      const { dataHandling, like, after, limit } = request.query;
      const data = dataHandlingNamed(parts, dataHandling);
      if (!data.capabilities.datasets) {
        throw new PomsError('unsupported', { system: data.name, what: 'list its datasets' });
      }
      const page = { limit, ...(like !== undefined && { like }), ...(after !== undefined && { after }) };
      const { datasets, next } = await data.datasets(request.params.experiment, page);
      return { items: datasets, next };
    },
  );
  app.post(
    URL,
    {
      config: { action: 'file.write' },
      schema: {
        tags,
        summary: 'Define a dataset by a query',
        params: all,
        body: newDataset,
        response: { 201: datasetDetail },
      },
    },
    async (request, reply) => {
      const made = await defineDataset(parts, request.params.experiment, personOf(request), request.body);
      return reply.code(201).send(made);
    },
  );
  app.get(
    `${URL}/:name`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'A dataset, with the submissions that have to do with it',
        params: one,
        querystring: dataQuery,
        response: { 200: datasetDetail },
      },
    },
    (request) =>
      showDataset(parts, request.params.experiment, request.query.dataHandling, request.params.name),
  );
  app.get(
    `${URL}/:name/summary`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'How many files a dataset has now, with their size and events',
        params: one,
        querystring: dataQuery,
        response: { 200: querySummary },
      },
    },
    (request) => {
      const data = dataHandlingNamed(parts, request.query.dataHandling);
      return data.summary(request.params.experiment, data.datasetQuery([request.params.name]));
    },
  );
  app.get(
    `${URL}/:name/files`,
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'The files of a dataset',
        params: one,
        querystring: datasetFilesQuery,
        response: { 200: fileList },
      },
    },
    (request) => {
      const { dataHandling, ...page } = request.query;
      const data = dataHandlingNamed(parts, dataHandling);
      return listFiles(data, request.params.experiment, data.datasetQuery([request.params.name]), page);
    },
  );
  fileReportRoute(app, parts);
  app.post(
    '/api/v1/experiments/:experiment/queries/explain',
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'How a query is understood, and how much it finds, before it is used',
        params: all,
        body: explainRequest,
        response: { 200: explanation },
      },
    },
    (request) => explain(parts, request.params.experiment, request.body),
  );
  app.post(
    '/api/v1/experiments/:experiment/queries/files',
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'The files that a query finds; sent with POST, for a query may be long',
        params: all,
        body: queryFilesRequest,
        response: { 200: fileList },
      },
    },
    (request) => {
      const { query, dataHandling, ...page } = request.body;
      return listFiles(dataHandlingNamed(parts, dataHandling), request.params.experiment, query, page);
    },
  );
}

function fileReportRoute(app: App, { report }: DatasetRoutesDeps): void {
  app.get(
    '/api/v1/experiments/:experiment/campaigns/:campaign/files',
    {
      config: { action: 'file.view' },
      schema: {
        tags,
        summary: 'How far the files of each submission of a campaign are',
        params: all.extend({ campaign: objectName }),
        querystring: pageQuery,
        response: { 200: fileReport },
      },
    },
    (request) => {
      const { after, limit } = request.query;
      return report(request.params.experiment, request.params.campaign, { after, limit });
    },
  );
}

async function listFiles(
  data: DataHandling,
  experiment: string,
  query: string,
  { after, limit }: { after?: string | undefined; limit: number },
) {
  const { files, next } = await data.list(experiment, query, {
    limit,
    ...(after !== undefined && { after }),
  });
  return { items: files.map(toRow), next };
}

function toRow({ name, size, events, created, locations }: CatalogueFile) {
  return { name, size, events, created, located: locations.length > 0 };
}
