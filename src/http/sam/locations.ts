/** Where files are: told, added, removed; and what they come from and became. */
import type { FastifyInstance } from 'fastify';
import {
  type Catalogue,
  LINEAGES,
  type LineageKind,
  type LineageNode,
  type Place,
  printLocation,
} from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import { experimentOf, FILE_PATHS, fileOf, getting, reading, writing } from './calls.ts';
import { fileKeysOf, parametersOf, pathPart } from './parameters.ts';
import { sendJson, sendNames, sendText, wantsJson } from './reply.ts';

export function locationRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  reading(app, '/files/locations', async (request, reply) => {
    const keys = fileKeysOf(request);
    const files = await catalogue.locationsOf(experimentOf(request), keys);
    // Under what was asked for: a name, or a number.
    const answer: Record<string, LocationView[]> = {};
    for (const { id, name, locations } of files) {
      const views = locations.map(locationView);
      if (keys.names.includes(name)) answer[name] = views;
      if (keys.ids.includes(id)) answer[id] = views;
    }
    return sendJson(reply, answer);
  });

  for (const path of FILE_PATHS) {
    getting(app, `${path}/locations`, async (request, reply) => {
      const name = await fileOf(request, catalogue);
      const [file] = await catalogue.locationsOf(experimentOf(request), { names: [name], ids: [] });
      if (!file) throw new PomsError('not-found', { kind: 'file', name });
      if (wantsJson(request, 'json')) return sendJson(reply, file.locations.map(locationView));
      return sendNames(request, reply, file.locations.map(printLocation), 'plain');
    });

    writing(app, `${path}/locations`, async (request, reply) => {
      const parameters = parametersOf(request);
      const change = { add: parameters.all('add'), remove: parameters.all('remove') };
      if ([...change.add, ...change.remove].filter((location) => location !== '').length === 0) {
        throw new PomsError('bad-request', { problem: 'A location to add or to remove is expected.' });
      }
      await catalogue.changeLocations(experimentOf(request), await fileOf(request, catalogue), change);
      return sendText(reply, 'OK\n');
    });

    reading(app, `${path}/locations/url`, async (request, reply) => {
      const parameters = parametersOf(request);
      const urls = await catalogue.accessUrls(experimentOf(request), await fileOf(request, catalogue), {
        schema: parameters.required('schema'),
        prefix: parameters.text('location'),
      });
      return sendNames(request, reply, urls, 'json');
    });

    reading(app, `${path}/lineage/:lineage`, async (request, reply) => {
      const kind = LINEAGES.find((one) => one === pathPart(request, 'lineage'));
      if (!kind) {
        const problem = `The lineage of a file is one of ${LINEAGES.join(', ')}.`;
        throw new PomsError('bad-request', { problem });
      }
      const name = await fileOf(request, catalogue);
      const nodes = await catalogue.lineageTree(experimentOf(request), name, kind);
      if (wantsJson(request, 'json'))
        return sendJson(
          reply,
          nodes.map((node) => lineageView(node, kind)),
        );
      return sendText(reply, nodes.map((node) => lineageText(node, 0)).join(''));
    });
  }
}

export interface LocationView {
  location: string;
  full_path: string;
  location_type: 'tape' | 'disk';
  label?: string;
  sequence?: string;
}

function locationView(place: Place): LocationView {
  const { path, tapeLabel, tapeSequence } = place;
  return {
    location: printLocation(place),
    full_path: path,
    location_type: tapeLabel === null ? 'disk' : 'tape',
    ...(tapeLabel !== null && { label: tapeLabel }),
    ...(tapeSequence !== null && { sequence: tapeSequence }),
  };
}

/** The locations of each of these files. */
export async function locationViews(
  catalogue: Catalogue,
  experiment: string,
  names: string[],
): Promise<Map<string, LocationView[]>> {
  const files = await catalogue.locationsOf(experiment, { names, ids: [] });
  return new Map(files.map(({ name, locations }) => [name, locations.map(locationView)]));
}

/** `retired` only where it is so; the next generation under `parents` or `children`. */
function lineageView(node: LineageNode, kind: LineageKind): Record<string, unknown> {
  const next = kind === 'ancestors' ? 'parents' : 'children';
  return {
    file_name: node.name,
    file_id: node.id,
    ...(node.retired && { retired: true }),
    ...(node.next.length > 0 && { [next]: node.next.map((one) => lineageView(one, kind)) }),
  };
}

function lineageText(node: LineageNode, indent: number): string {
  const own = `${' '.repeat(indent)}${node.name}${node.retired ? ' (retired)' : ''}\n`;
  return own + node.next.map((one) => lineageText(one, indent + 4)).join('');
}
