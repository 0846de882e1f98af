import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { createDefinitionsApi, type DefinitionsApi } from '../../../../test/support/definitions.ts';
import { PomsError } from '../../../errors.ts';
import { nearest } from './nearest.ts';
import { readCampaignFile } from './read.ts';
import { startsAgain } from './split-place.ts';

let api: DefinitionsApi;
beforeAll(async () => {
  api = await createDefinitionsApi();
});
afterAll(() => api.close());

const apply = (text: string, more: object = {}) =>
  api.ask('prod', 'POST', '/experiments/demo/campaigns/apply', { text, ...more });

const MINIMAL = `apiVersion: poms/v1
kind: Campaign
name: c
loginSetups: [{name: l, host: local, account: me}]
jobTypes: [{name: j, launchScript: run}]
stages: [{name: s, jobType: j, loginSetup: l, softwareVersion: v1}]
`;

function problemsOf(text: string): string[] {
  try {
    readCampaignFile(text);
    return [];
  } catch (error) {
    if (!(error instanceof PomsError)) throw error;
    return error.problems.map(({ path, problem }) => `${path}: ${problem}`);
  }
}

describe('reading a campaign file', () => {
  it('takes text as it is written, whatever it looks like', () => {
    const { file } = readCampaignFile(
      `${MINIMAL.replace('name: c', 'name: 2024').replace('v1}', '1.10}')}keywords: {tune: 007, on: yes, off: false}\n`,
    );
    expect(file.name).toBe('2024');
    expect(file.stages[0]?.softwareVersion).toBe('1.10');
    expect(file.keywords).toEqual({ tune: '007', on: 'yes', off: 'false' });
  });

  it('takes an ordered mapping for parameters, in the order of the text', () => {
    const text = MINIMAL.replace(
      'launchScript: run',
      'launchScript: run, parameters: {"--z=": 1.0, "2": x, "1": true}',
    );
    expect(readCampaignFile(text).file.jobTypes[0]?.parameters).toEqual([
      ['--z=', '1.0'],
      ['2', 'x'],
      ['1', 'true'],
    ]);
  });

  it('names every unknown key with its place and the nearest known one', () => {
    const text = MINIMAL.replace('jobType: j,', 'jobTyp: j, splitt: x, colour: red,').replace(
      'kind:',
      'tgas: []\nkind:',
    );
    expect(problemsOf(text)).toEqual([
      'stages.s.jobTyp: There is no key jobTyp here; did you mean jobType? (line 7, column 28)',
      'stages.s.splitt: There is no key splitt here; did you mean split? (line 7, column 39)',
      'stages.s.colour: There is no key colour here. (line 7, column 50)',
      'tgas: There is no key tgas here; did you mean tags? (line 2, column 7)',
    ]);
  });

  it.each([
    ['a: [1\nb: 2', 'line 2, column 1'],
    ['x: 1\nx: 2', 'line 2, column 1'],
    ['a: *nowhere', 'nowhere'],
    ['', 'expected object'],
    ['- 1', 'expected object'],
    [MINIMAL.replace('poms/v1', 'poms/v9'), 'apiVersion'],
    [MINIMAL.replace('name: s,', 'name: "a/b",'), 'slashes'],
    [MINIMAL.replace('softwareVersion: v1', 'softwareVersion: "a\\0b"'), 'NUL'],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, completionPct: 101'),
      'stages.s.completionPct',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, completionPct: many'),
      'stages.s.completionPct',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, outputAncestorDepth: 1.5'),
      'outputAncestorDepth',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, dataSettings: {methodology: other}'),
      'stages.s.dataSettings.methodology',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, dataSettings: {project: my project}'),
      'must be the number of a project',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, parameters: [[a]]'),
      'stages.s.parameters[0]',
    ],
    [
      MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, parameters: [[a, null]]'),
      'parameters[0][1]',
    ],
    [MINIMAL.replace('softwareVersion: v1', 'softwareVersion: v1, type: odd'), 'stages.s.type'],
    [MINIMAL.replace('host: local', 'host: "x; rm -rf"'), 'loginSetups.l.host'],
    [`${MINIMAL}dependencies: [{from: s}]`, 'dependencies[0].to: It is missing.'],
    [`${MINIMAL}keywords: {"a b": x}`, 'keywords.a b'],
    [
      `${MINIMAL}a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]`,
      'alias',
    ],
  ])('refuses %j', (text, said) => {
    expect(problemsOf(text).join('\n')).toContain(said);
  });

  it('never fails but by naming problems, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.object().map((value) => stringify(value)),
        ),
        (text) => {
          expect(problemsOf(text).length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('checking a campaign', () => {
  it('reports everything that is wrong in one go, and stores nothing', async () => {
    const before = await api.rowCounts();
    const { status, body } = await apply(`apiVersion: poms/v1
kind: Campaign
name: wrong
experiment: other
dataHandling: catalog
keywords: {dataset: x, tune: "%(nothing)s"}
defaults: {loginSetup: l, softwareVersion: v1, split: sliced(3)}
loginSetups:
  - {name: l, host: local, account: me}
  - {name: l, host: local, account: me}
jobTypes:
  - {name: reco, launchScript: "run %(tuen)s 100%", parameters: [["-x", "%(version)s %(who)s"]]}
stages:
  - {name: a, jobType: rceo, split: null}
  - {name: a, jobType: reco, split: nfiles(0)}
  - {name: b, loginSetup: nowhere, split: nfiles(3)}
  - {name: c, jobType: reco, split: null, parameters: [["-d", "%(datset)s"]]}
dependencies:
  - {from: b, to: c}
  - {from: c, to: b}
  - {from: c, to: c}
  - {from: c, to: d}
`);
    expect([status, body.code]).toEqual([422, 'bad-campaign']);
    const said = body.problems
      .map((one: { path: string; problem: string }) => `${one.path}: ${one.problem}`)
      .join('\n');
    for (const part of [
      'experiment: The file is of other and is applied to demo. (line 4, column 13)',
      'dataHandling: There is no data handling catalog; did you mean catalogue?',
      'keywords.dataset: Every launch gives dataset its own value',
      'loginSetups.l: There is already one called l in this file.',
      'defaults.split: Split sliced(3): there is no type sliced',
      'stages.a.jobType: There is no job type rceo; did you mean reco?',
      'stages.a.split: Split nfiles(0)',
      'stages.a: There is already a stage a in this campaign.',
      'stages.b.jobType: It is missing, here and in the defaults.',
      'stages.b.loginSetup: There is no login setup nowhere.',
      'dependencies: Stages depend on each other in a circle: ',
      'dependencies[2]: c depends on itself with the split none, which never ends.',
      'dependencies[3]: There is no stage d in this campaign.',
      'jobTypes.reco.launchScript: It has a single percent sign',
      'jobTypes.reco.parameters[0][1]: It uses who, which nothing defines. (line 12,',
      'stages.c.parameters[0][1]: It uses datset, which nothing defines.',
      'keywords: The value of tune uses nothing, which nothing defines.',
    ]) {
      expect(said).toContain(part);
    }
    expect(await api.rowCounts()).toEqual(before);
  });

  it('checks the templates of stored job types against the keywords of the campaign that uses them', async () => {
    await apply(
      MINIMAL.replace('name: c', 'name: first')
        .replace('launchScript: run', 'launchScript: "run %(tune)s"')
        .concat('keywords: {tune: G18}\n'),
    );
    const { body } = await apply(MINIMAL.replace('name: c', 'name: second').replace(/jobTypes.*\n/, ''));
    expect(body.detail).toContain(
      'stages.s.jobType: The launch script of j: It uses tune, which nothing defines.',
    );
  });

  it('asks for a dataset where a split cuts one, but not of stages that get theirs from others', async () => {
    const split = MINIMAL.replace('name: c', 'name: cut')
      .replace('launchScript: run', 'launchScript: go')
      .replace('softwareVersion: v1', 'softwareVersion: v1, split: nfiles(2)');
    expect((await apply(split)).body.detail).toContain('stages.s.dataset');
    const fed = split
      .replace('stages: [', 'stages: [{name: up, jobType: j, loginSetup: l, softwareVersion: v1}, ')
      .concat('dependencies: [{from: up, to: s, split: true}]\n');
    expect((await apply(fed)).status).toBe(200);
    expect(
      (await apply(split.replace('nfiles(2)', 'nfiles(2), dataset: "%(nothing)s"'))).body.detail,
    ).toContain('nothing');
  });
});

describe('the sample campaigns', () => {
  const files = readdirSync('examples')
    .map((folder) => join('examples', folder, 'campaign.yaml'))
    .filter((path) => existsSync(path));

  it.each(files)('%s is right, and its export changes nothing', async (path) => {
    const applied = await apply(readFileSync(path, 'utf8'));
    expect([applied.status, applied.body.detail]).toEqual([200, undefined]);
    const exported = await api.ask(
      'prod',
      'GET',
      `/experiments/demo/campaigns/${applied.body.campaign}/file`,
    );
    expect((await apply(exported.text)).body.changes).toEqual([]);
  });
});

describe('the place of a split', () => {
  it('stays where it means the same with other parameters', () => {
    expect(startsAgain('nfiles(10)', 'nfiles(10)')).toBe(false);
    expect(startsAgain('drainingn(10)', 'drainingn(20)')).toBe(false);
    expect(startsAgain('nfiles(10)', 'nfiles(20)')).toBe(true);
    expect(startsAgain('nfiles(10)', null)).toBe(true);
    expect(startsAgain(null, 'drainingn(5)')).toBe(true);
  });
});

describe('the nearest known name', () => {
  it('finds slips of the pen and leaves other words alone', () => {
    expect(nearest('jobTyp', ['jobType', 'loginSetup'])).toBe('jobType');
    expect(nearest('splti', ['split', 'testSplit'])).toBe('split');
    expect(nearest('colour', ['split', 'dataset'])).toBeNull();
  });
});

// Text with what YAML and templates trip over, percent signs doubled where a template is meant.
const awkward = fc.stringMatching(/^[ -$&-~äß漢\n:#'"-]{0,12}$/);
const name = fc.stringMatching(/^[A-Za-z0-9äß:#&*!?"' .,-]{1,8}$/).filter((text) => text.trim() !== '');
const pairs = fc.array(fc.tuple(awkward, awkward), { maxLength: 3 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const fields = {
  type: optional(fc.constantFrom('regular', 'generator', 'approval', 'test')),
  voRole: optional(fc.constantFrom('production', 'analysis')),
  split: optional(fc.constantFrom(null, 'draining', 'None', 'drainingn( 5 )', 'nfiles_3')),
  testSplit: optional(fc.constantFrom(null, 'limitn(1)')),
  parameters: optional(pairs),
  testParameters: optional(pairs),
  mergeOverrides: optional(fc.boolean()),
  completion: optional(fc.constantFrom('located', 'complete')),
  completionPct: optional(fc.double({ min: 0.01, max: 100, noNaN: true })),
  outputAncestorDepth: optional(fc.integer({ min: 1, max: 10 })),
  dataSettings: optional(
    fc.record(
      {
        methodology: fc.constantFrom('standard', 'one-project'),
        virtual: fc.boolean(),
        loadLimit: fc.integer({ min: 1, max: 1000 }),
        idleTimeout: fc.integer({ min: 60, max: 86_400 }),
        workerTimeout: fc.integer({ min: 60, max: 86_400 }),
        project: fc.constantFrom('17', '900000000000'),
      },
      { requiredKeys: [] },
    ),
  ),
};
const campaign = fc.record({
  description: awkward,
  active: fc.boolean(),
  tags: fc.array(name, { maxLength: 3 }),
  keywords: fc.dictionary(fc.stringMatching(/^[a-c]{1,2}$/), awkward, { maxKeys: 2 }),
  defaults: fc.record({
    ...fields,
    softwareVersion: fc.constant('v1'),
    dataset: fc.constant('d'),
    loginSetup: fc.constant('l'),
  }),
  jobTypes: fc.tuple(
    fc.record({
      name: fc.constant('j'),
      launchScript: awkward.map((text) => `run ${text}`),
      parameters: pairs,
      recoveries: fc.array(fc.record({ type: fc.constant('added_files'), parameters: pairs }), {
        maxLength: 2,
      }),
    }),
  ),
  stages: fc.uniqueArray(
    fc.record({
      name,
      jobType: fc.constant('j'),
      ...fields,
      position: optional(fc.record({ x: fc.integer(), y: fc.integer() })),
    }),
    {
      selector: (stage) => stage.name.trim(),
      minLength: 1,
      maxLength: 4,
    },
  ),
  chain: fc.boolean(),
});

describe('exporting a campaign', () => {
  it('gives a file that changes nothing, whatever the campaign', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(campaign, async ({ chain, ...content }) => {
        number += 1;
        const stages = content.stages.map((stage) => stage.name);
        const dependencies = chain ? stages.slice(1).map((to, i) => ({ from: stages[i], to })) : [];
        const header = { apiVersion: 'poms/v1', kind: 'Campaign', name: `any ${number}` };
        const loginSetups = [{ name: 'l', host: 'local', account: 'me', setup: content.description }];
        const applied = await apply(stringify({ ...header, ...content, loginSetups, dependencies }));
        expect([applied.status, applied.body.detail]).toEqual([200, undefined]);
        const exported = await api.ask('prod', 'GET', `/experiments/demo/campaigns/any%20${number}/file`);
        expect(parse(exported.text).name).toBe(header.name);
        const again = await apply(exported.text, { version: applied.body.version });
        expect(again.body.changes).toEqual([]);
        expect(again.body.version).toBe(applied.body.version);
      }),
      { numRuns: 25 },
    );
  });
});
