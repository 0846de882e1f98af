/** The values that metadata may have, as SAM's clients list and add them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalogue, ValueKind } from '../../connectors/data/catalogue/index.ts';
import { PomsError } from '../../errors.ts';
import type { Experiments } from '../../services/experiments/service.ts';
import { experimentOf, getting, writing } from './calls.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { sendJson, sendNames, sendObject, sendText, wantsJson } from './reply.ts';
import { groupsOf, nameOf } from './users.ts';

interface ValueType {
  kind: ValueKind;
  /** The field under which a value is told; the beginning of the type's name, which clients count on. */
  field: string;
  description: string;
}

const TYPES: Record<string, ValueType> = {
  data_tiers: { kind: 'tier', field: 'data_tier', description: 'Data tiers' },
  data_streams: { kind: 'stream', field: 'data_stream', description: 'Data streams' },
  file_types: { kind: 'type', field: 'file_type', description: 'Types of files' },
  file_formats: { kind: 'format', field: 'file_format', description: 'Formats of files' },
  groups: { kind: 'group', field: 'group', description: 'Groups that files and definitions belong to' },
};

const MANAGE = { action: 'file.manage' } as const;

export function valueRoutes(app: FastifyInstance, catalogue: Catalogue, experiments: Experiments): void {
  getting(app, '/values', async (request, reply) => {
    const known = Object.entries(TYPES).map(([name, { description }]) => [
      name,
      { args: '<value>', description },
    ]);
    return sendObject(request, reply, Object.fromEntries(known));
  });
  applicationRoutes(app, catalogue);
  parameterRoutes(app, catalogue);
  diskRoutes(app, catalogue);

  getting(app, '/values/groups/:group', async (request, reply) => {
    const [experiment, group] = [experimentOf(request), pathPart(request, 'group')];
    const { items } = await experiments.members(experiment);
    const members = items.filter((member) => member.active && groupsOf(member, experiment).includes(group));
    if (members.length === 0 && !(await catalogue.words(experiment, 'group')).includes(group))
      throw new PomsError('not-found', { kind: 'group', name: group });
    return sendNames(request, reply, members.map(nameOf), 'json');
  });
  getting(app, '/values/:type', async (request, reply) => {
    const { kind, field } = typeOf(request);
    const values = await catalogue.words(experimentOf(request), kind);
    if (!wantsJson(request, 'json')) return sendNames(request, reply, values, 'plain');
    return sendJson(
      reply,
      values.map((value) => ({ [field]: value })),
    );
  });
  const add = async (request: FastifyRequest, reply: FastifyReply) => {
    const { kind, field } = typeOf(request);
    const values = parametersOf(request).all('value');
    await addWords(request, catalogue, kind, values, field.replace('_', ' '));
    return sendText(reply, 'OK\n');
  };
  writing(app, '/values/:type', add, MANAGE);
}

function typeOf(request: FastifyRequest): ValueType {
  const name = pathPart(request, 'type');
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (!type) throw new PomsError('not-found', { kind: 'type of values', name });
  return type;
}

function addWords(
  request: FastifyRequest,
  catalogue: Catalogue,
  kind: ValueKind,
  values: string[],
  words: string,
): Promise<void> {
  if (values.length === 0 || values.some((value) => !/^[\x21-\x7e]{1,200}$/.test(value)))
    throw new PomsError('bad-request', { problem: 'A value is expected: printable ASCII without blanks.' });
  return catalogue.addWords(experimentOf(request), kind, values, words);
}

function applicationRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  getting(app, '/values/applications', async (request, reply) => {
    const parameters = parametersOf(request);
    const found = await catalogue.applications(experimentOf(request), {
      family: parameters.text('family'),
      name: parameters.text('name'),
      version: parameters.text('version'),
    });
    if (wantsJson(request, 'json')) return sendJson(reply, found);
    return sendText(
      reply,
      found.map(({ family, name, version }) => `${family}\t${name}\t${version}\n`).join(''),
    );
  });
  const add = async (request: FastifyRequest, reply: FastifyReply) => {
    const parameters = parametersOf(request);
    await catalogue.addApplication(experimentOf(request), {
      family: parameters.required('family'),
      name: parameters.required('name'),
      version: parameters.required('version'),
    });
    return sendText(reply, 'OK\n');
  };
  writing(app, '/values/applications', add, MANAGE);
}

function parameterRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  getting(app, '/values/parameters', async (request, reply) => {
    const found = await catalogue.parameters(experimentOf(request));
    if (!wantsJson(request, 'json'))
      return sendText(reply, found.map(({ name, dataType }) => `${name} (${dataType})\n`).join(''));
    return sendJson(
      reply,
      found.map(({ name, dataType }) => ({ name, data_type: dataType })),
    );
  });
  getting(app, '/values/parameters/:parameter', async (request, reply) => {
    const values = await catalogue.parameterValues(experimentOf(request), pathPart(request, 'parameter'));
    return wantsJson(request, 'json')
      ? sendJson(reply, values)
      : sendText(reply, values.map((value) => `${value}\n`).join(''));
  });
  const add = async (request: FastifyRequest, reply: FastifyReply) => {
    const parameters = parametersOf(request);
    const [category, name] = [parameters.text('category'), parameters.required('name')];
    await catalogue.addParameter(experimentOf(request), {
      name: category === undefined ? name : `${category}.${name}`,
      dataType: parameters.required('data_type'),
    });
    return sendText(reply, 'OK\n');
  };
  writing(app, '/values/parameters', add, MANAGE);
}

function diskRoutes(app: FastifyInstance, catalogue: Catalogue): void {
  getting(app, '/values/data_disks', async (request, reply) => {
    const disks = await catalogue.words(experimentOf(request), 'disk');
    if (!wantsJson(request, 'json')) return sendNames(request, reply, disks, 'plain');
    return sendJson(
      reply,
      disks.map((disk) => ({ mount_point: disk })),
    );
  });
  const add = async (request: FastifyRequest, reply: FastifyReply) => {
    const parameters = parametersOf(request);
    await addWords(request, catalogue, 'disk', [parameters.required('mountpoint')], 'data disk');
    return sendText(reply, 'OK\n');
  };
  writing(app, '/values/data_disks', add, MANAGE);
}
