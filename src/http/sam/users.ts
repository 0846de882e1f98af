/** The users of SAM are the members of the experiment in POMS. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PomsError } from '../../errors.ts';
import { username as usernameShape } from '../../services/experiments/schema.ts';
import type { Experiments, MemberRow } from '../../services/experiments/service.ts';
import { personOf } from '../identity.ts';
import { experimentOf } from './calls.ts';
import { parametersOf, pathPart } from './parameters.ts';
import { sendNames, sendObject, sendText } from './reply.ts';

export function userRoutes(app: FastifyInstance, experiments: Experiments): void {
  const viewing = { config: { action: 'member.view' } } as const;
  const managing = { config: { action: 'member.manage' } } as const;

  app.get('/users', viewing, async (request, reply) => {
    const { items } = await experiments.members(experimentOf(request));
    return sendNames(request, reply, items.filter(({ active }) => active).map(nameOf), 'json');
  });

  app.get('/users/name/:user', viewing, async (request, reply) =>
    sendObject(request, reply, view(await memberOf(request, experiments), experimentOf(request))),
  );

  app.post('/users', managing, async (request, reply) => {
    const parsed = usernameShape.safeParse(parametersOf(request).required('username'));
    if (!parsed.success) throw new PomsError('bad-request', { problem: 'The username is no username.' });
    const username = parsed.data;
    await change(request, experiments, (members) => {
      if (members.some((member) => member.username === username))
        throw new PomsError('name-taken', { kind: 'user', name: username });
      return [...members, { username, role: 'analysis', active: true }];
    });
    return sendText(reply, `${username} is an analysis member of ${experimentOf(request)}\n`);
  });

  app.post('/users/name/:user', managing, async (request, reply) => changeUser(request, reply, experiments));
}

type Wanted = Pick<MemberRow, 'username' | 'role' | 'active'>;

async function change(
  request: FastifyRequest,
  experiments: Experiments,
  to: (members: Wanted[]) => Wanted[],
): Promise<void> {
  const experiment = experimentOf(request);
  const { items, version } = await experiments.members(experiment);
  const members = to(items.map(({ username, role, active }) => ({ username, role, active })));
  await experiments.changeMembers(personOf(request).username, experiment, { members, version });
}

/** Of what SAM knows of a user, only the status is a matter of the experiment here. */
async function changeUser(
  request: FastifyRequest,
  reply: FastifyReply,
  experiments: Experiments,
): Promise<FastifyReply> {
  const parameters = parametersOf(request);
  const elsewhere = ['email', 'groups', 'addgroups', 'removegroups', 'addgridsubject', 'removegridsubject'];
  const refused = elsewhere.filter((name) => parameters.text(name) !== undefined);
  if (refused.length > 0) {
    const problem = `${refused.join(', ')} cannot be changed here: roles are given in POMS, by a superuser of the experiment; who somebody is, by the front.`;
    throw new PomsError('bad-request', { problem });
  }
  const active = /^(in)?active$/i.exec(parameters.required('status'));
  if (!active) throw new PomsError('bad-request', { problem: 'The status is Active or Inactive.' });
  const { username } = await memberOf(request, experiments);
  await change(request, experiments, (members) =>
    members.map((member) =>
      member.username === username ? { ...member, active: active[1] === undefined } : member,
    ),
  );
  return sendText(reply, 'OK\n');
}

async function memberOf(request: FastifyRequest, experiments: Experiments): Promise<MemberRow> {
  const name = pathPart(request, 'user');
  const { items } = await experiments.members(experimentOf(request));
  const member = items.find(({ username }) => username === name);
  if (!member) throw new PomsError('not-found', { kind: 'user', name });
  return member;
}

/** The groups of a member: the experiment, and the role in it. */
export function groupsOf(member: MemberRow, experiment: string): string[] {
  return [experiment, member.role];
}

export function nameOf({ username }: MemberRow): string {
  return username;
}

function view(member: MemberRow, experiment: string): Record<string, unknown> {
  return {
    username: member.username,
    first_name: member.firstName,
    last_name: member.lastName,
    email: member.email,
    status: member.active ? 'Active' : 'Inactive',
    groups: groupsOf(member, experiment),
  };
}
