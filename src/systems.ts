/**
 * The systems file: which launch hosts, batch systems and data handlings POMS works with, besides this machine and its
 * own catalogue. YAML, named by the setting `POMS_SYSTEMS`. docs/systems.md tells how to write one.
 */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { PomsError } from './errors.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens, and begin with a letter');
const hostName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'must be a host name');
const account = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be the name of an account');
const folder = z.string().regex(/^\//, 'must be an absolute path');

const launchHost = z.strictObject({
  name: hostName.describe('As login setups call it.'),
  address: z
    .string()
    .regex(
      /^[A-Za-z0-9[][A-Za-z0-9.:\]-]{0,254}$/,
      'must be a host name, an address, or a name of the ssh configuration',
    )
    .optional()
    .describe('Where ssh connects to. Default: the name.'),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .nullable()
    .default(null)
    .describe('Default: as the ssh client is configured.'),
  sshConfig: folder
    .nullable()
    .default(null)
    .describe('Configuration of the ssh client. Default: that of the account POMS runs as.'),
  launches: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Launch scripts at a time. Default: POMS_LAUNCHES_PER_HOST.'),
});

const place = z
  .union([z.literal('local'), z.strictObject({ host: hostName, account, setup: z.string().default('') })])
  .default('local')
  .describe('Where its commands run: local, or a launch host and account, and shell text to run before.');

const common = {
  name: name.describe('As login setups call it.'),
  commands: place,
  bin: folder
    .nullable()
    .default(null)
    .describe('Folder of its commands. Default: they are found on the PATH.'),
  pollSeconds: z
    .number()
    .min(0.5)
    .max(600)
    .default(2)
    .describe('Between looks while jobs change; a quiet system is asked less often.'),
};

const condor = {
  ...common,
  schedds: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, 'must be the name of a schedd'))
    .default([])
    .describe('Schedds to follow. Default: the one that the commands find by themselves.'),
  pool: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.:_-]*$/, 'must be host or host:port')
    .nullable()
    .default(null)
    .describe('Collector of the pool. Default: as configured where the commands run.'),
};

const batchSystem = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('htcondor'), ...condor }),
  z.strictObject({ kind: z.literal('jobsub'), ...condor }),
  z.strictObject({ kind: z.literal('slurm'), ...common }),
]);

const url = z
  .string()
  .regex(/^https?:\/\/[^\s?#]+$/, 'must be a URL (http or https)')
  .describe('{experiment} stands for the experiment.');
const file = folder.nullable().default(null);

/** How an outside data handling is reached. */
const link = {
  name: name.describe('As campaigns call it.'),
  ca: file.describe('PEM file of the authorities to trust. Default: the well-known ones.'),
  certificate: file.describe('PEM file of the client certificate, with its chain.'),
  key: file.describe('PEM file of its key.'),
  tokenFile: file.describe('File with a bearer token; read again when it changes.'),
  timeoutSeconds: z.number().min(0.1).max(25).default(10).describe('For one try at a call.'),
};

const dataHandling = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sam'),
    ...link,
    url: url.describe('With /sam/.../api; {experiment} stands for the experiment.'),
    group: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('The SAM group of what POMS defines. Default: the experiment.'),
  }),
  z.strictObject({
    kind: z.literal('metacat'),
    ...link,
    metacat: url,
    auth: url.nullable().default(null).describe('Default: /auth of MetaCat.'),
    dispatcher: url,
    rucio: url.nullable().default(null).describe('Default: none; a file that is declared counts as located.'),
    rucioTokenFile: file,
    namespace: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'must be the name of a namespace')
      .default('poms')
      .describe('Of what POMS makes.'),
    login: z
      .enum(['token', 'x509', 'file'])
      .default('token')
      .describe('Sign in with the token, with the certificate; file: the token is one of MetaCat.'),
    user: z.string().min(1).default('poms').describe('Whom to sign in as.'),
  }),
]);

const systemsFile = z.strictObject({
  launchHosts: z.array(launchHost).default([]),
  batchSystems: z.array(batchSystem).default([]),
  dataHandlings: z.array(dataHandling).default([]),
});

export type LaunchHostSetting = z.infer<typeof launchHost>;
export type BatchSystemSetting = z.infer<typeof batchSystem>;
export type DataHandlingSetting = z.infer<typeof dataHandling>;
export type Systems = z.infer<typeof systemsFile>;

export const NO_SYSTEMS: Systems = { launchHosts: [], batchSystems: [], dataHandlings: [] };

/** Reads and checks the file. Throws `bad-setting` with one sentence for everything that is wrong. */
export function readSystems(path: string): Systems {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PomsError(
      'bad-setting',
      { setting: 'POMS_SYSTEMS', problem: `cannot read ${path}` },
      { cause },
    );
  }
  const document = parseDocument(text);
  const broken = document.errors.map((error) => error.message.split('\n')[0] ?? '');
  if (broken.length > 0) throw wrong(path, broken);
  const parsed = systemsFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    throw wrong(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
  }
  const problems = contradictions(parsed.data);
  if (problems.length > 0) throw wrong(path, problems);
  return parsed.data;
}

function contradictions({ launchHosts, batchSystems, dataHandlings }: Systems): string[] {
  const hosts = launchHosts.map((host) => host.name);
  const systems = ['local', ...batchSystems.map((system) => system.name)];
  return [
    ...twice(['local', 'localhost', ...hosts]).map(
      (one) => `launch host ${one} stands there twice, or is built in`,
    ),
    ...twice(systems).map((one) => `batch system ${one} stands there twice, or is built in`),
    ...twice(['catalogue', ...dataHandlings.map((one) => one.name)]).map(
      (one) => `data handling ${one} stands there twice, or is built in`,
    ),
    ...dataHandlings.flatMap(({ name, certificate, key }) =>
      (certificate === null) === (key === null)
        ? []
        : [`data handling ${name}: certificate and key belong together`],
    ),
    ...dataHandlings.flatMap((one) => {
      if (one.kind === 'sam') return [];
      const lacks = one.login === 'x509' ? one.certificate === null : one.tokenFile === null;
      const what = one.login === 'x509' ? 'certificate' : 'tokenFile';
      return lacks ? [`data handling ${one.name}: login ${one.login} needs a ${what}`] : [];
    }),
    ...batchSystems.flatMap(({ name, commands }) =>
      commands === 'local' || hosts.includes(commands.host)
        ? []
        : [`batch system ${name}: ${commands.host} is not among the launch hosts`],
    ),
  ];
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, index) => names.indexOf(one) !== index))];
}

function wrong(path: string, problems: readonly string[]): PomsError {
  return new PomsError('bad-setting', { setting: `POMS_SYSTEMS (${path})`, problem: problems.join('; ') });
}
