import { expect, it } from 'vitest';
import { useServer } from '../../test/support/cli.ts';
import { poms } from './fixture.ts';

const OF = '/api/v1/experiments/demo';
const { serve } = useServer();
const row = {
  ...{ name: 'raw', query: 'data_tier raw', description: null },
  ...{ created: '2026-01-01T00:00:00Z', createdBy: 'alice' },
};
const explained = {
  ...{ problem: null, normalised: 'data_tier raw', expanded: 'data_tier raw', begins: 'all' },
  outline: [
    { depth: 0, text: 'All of' },
    { depth: 1, text: 'data_tier raw' },
  ],
  summary: { files: 7, bytes: 700, events: null },
  summaryProblem: null,
};

it('lists datasets, and shows one with how much it finds and who ran on it', async () => {
  const { asked } = await serve({
    [`GET ${OF}/datasets`]: () => ({ json: { items: [row], next: null } }),
    [`GET ${OF}/datasets/raw`]: () => ({
      json: {
        ...{ ...row, dataHandling: 'catalogue' },
        submissions: [
          { submissionId: 17, campaign: 'quakes', stage: 'one', status: 'Located', role: 'input' },
        ],
      },
    }),
    [`GET ${OF}/datasets/raw/summary`]: () => ({ json: { files: 7, bytes: 700, events: null } }),
  });
  expect((await poms('dataset', 'list', '--like', 'r%')).out).toContain('data_tier raw');
  expect(asked[0]?.query).toMatchObject({ like: 'r%', dataHandling: 'catalogue' });
  const { out } = await poms('dataset', 'show', 'raw');
  expect(out).toMatch(/files +7\n/);
  expect(out).not.toContain('events');
  expect(out).toContain('17 (quakes, one): Located');
});

it('explains a query, and ends with 1 where it is wrong', async () => {
  let answer: object = explained;
  const { asked } = await serve({ [`POST ${OF}/queries/explain`]: () => ({ json: answer }) });
  const right = await poms('dataset', 'explain', 'data_tier raw', '--data-handling', 'sam');
  expect(asked[0]?.body).toEqual({ query: 'data_tier raw', dataHandling: 'sam' });
  expect(right.out).toBe(
    'All of\n  data_tier raw\nIt looks at every file of the experiment.\nIt finds 7 files, 700 bytes.\n',
  );
  const problem = { message: 'Line 1, column 1: no.\n  x\n  ^', line: 1, column: 1 };
  answer = { ...explained, problem, outline: [], summary: null };
  expect(await poms('dataset', 'explain', 'x')).toMatchObject({ exitCode: 1, out: `${problem.message}\n` });
  answer = { ...explained, summary: null, summaryProblem: 'it takes longer than 5 s' };
  expect((await poms('dataset', 'explain', 'x')).out).toContain('not known: it takes longer than 5 s.');
});

it('shows a dataset that cannot be counted, and why it cannot', async () => {
  await serve({
    [`GET ${OF}/datasets/raw`]: () => ({ json: { ...row, dataHandling: 'catalogue', submissions: [] } }),
    [`GET ${OF}/datasets/raw/summary`]: () => ({
      status: 502,
      json: {
        ...{ type: 'x', title: 'x', status: 502, code: 'outside-system' },
        ...{ detail: 'SAM could not be asked: it hangs', advice: 'Wait.' },
      },
    }),
  });
  const { exitCode, out } = await poms('dataset', 'show', 'raw');
  expect(exitCode).toBe(0);
  expect(out).toContain('not counted: SAM could not be asked: it hangs');
});

it('counts a query as a bare number, and fails where that is not known', async () => {
  let answer: object = explained;
  await serve({ [`POST ${OF}/queries/explain`]: () => ({ json: answer }) });
  expect(await poms('dataset', 'count', 'data_tier raw')).toMatchObject({ exitCode: 0, out: '7\n' });
  answer = { ...explained, summary: null, summaryProblem: 'it takes longer than 5 s' };
  expect(await poms('dataset', 'count', 'data_tier raw')).toMatchObject({
    exitCode: 1,
    out: '',
    err: 'poms: It cannot be counted: it takes longer than 5 s.\n',
  });
});

it('lists the files of a query, page by page', async () => {
  const file = (n: number) => ({
    ...{ name: `f${n}`, size: 5, events: null, created: '2026-01-01T00:00:00Z', located: true },
  });
  const { asked } = await serve({
    [`POST ${OF}/queries/files`]: ({ body }) => ({
      json: { items: [file(1)], next: JSON.stringify(body).includes('"after"') ? null : 'here' },
    }),
  });
  expect((await poms('file', 'list', 'data_tier raw', '-n', '2')).out.match(/^f1/gm)).toHaveLength(2);
  expect(asked.map(({ body }) => body)).toEqual([
    { query: 'data_tier raw', dataHandling: 'catalogue', limit: 2 },
    { query: 'data_tier raw', dataHandling: 'catalogue', limit: 1, after: 'here' },
  ]);
});

it('defines a dataset, and lists its files', async () => {
  const file = { name: 'a.root', size: 5, events: null, created: '2026-01-01T00:00:00Z', located: false };
  const { asked } = await serve({
    [`POST ${OF}/datasets`]: () => ({
      status: 201,
      json: { ...row, dataHandling: 'catalogue', submissions: [] },
    }),
    [`GET ${OF}/datasets/raw/files`]: () => ({ json: { items: [file], next: null } }),
  });
  expect((await poms('dataset', 'define', 'raw', 'data_tier raw')).exitCode).toBe(0);
  expect(asked[0]?.body).toMatchObject({ name: 'raw', query: 'data_tier raw' });
  expect((await poms('dataset', 'files', 'raw')).out).toContain('has no location');
});

it('lists projects, and shows how far one is', async () => {
  const project = {
    ...{ project: 'poms_17', submissionId: 17, campaign: 'quakes', stage: 'one', status: 'Located' },
    ...{ dataHandling: 'catalogue', dataset: 'raw', files: 10, consumed: 9, failed: 1 },
  };
  const { asked } = await serve({
    [`GET ${OF}/projects`]: () => ({ json: { items: [project], next: null } }),
    [`GET ${OF}/projects/poms_17`]: () => ({
      json: {
        ...{ project: 'poms_17', dataHandling: 'catalogue', ended: true, files: 10, consumed: 9, failed: 1 },
        ...{ delivered: 0, states: { consumed: 9, failed: 1 }, submissions: [project] },
      },
    }),
  });
  expect((await poms('project', 'list', '--campaign', 'quakes')).out).toContain('poms_17');
  expect(asked[0]?.query).toMatchObject({ campaign: 'quakes' });
  const { out } = await poms('project', 'show', 'poms_17');
  expect(out).toMatch(/state +ended\n/);
  expect(out).toMatch(/ {2}consumed +9\n/);
  expect(out).toContain('quakes');
});

it('shows a file and its lineage', async () => {
  await serve({
    [`GET ${OF}/files/a.root`]: () => ({
      json: {
        ...{ name: 'a.root', dataHandling: 'catalogue', size: 5, events: 2, created: '2026-01-01T00:00:00Z' },
        ...{
          locations: ['/data'],
          metadata: { data_tier: 'raw', runs: [[1, 2]] },
          shows: null,
          content: null,
        },
      },
    }),
    [`GET ${OF}/files/a.root/uses`]: () => ({
      json: {
        projects: [
          {
            project: 'P',
            dataset: 'raw',
            state: 'consumed',
            changed: '2026-01-01T00:00:00Z',
            submissions: [17],
          },
        ],
        more: false,
      },
    }),
    [`GET ${OF}/files/a.root/lineage`]: ({ query }) => ({
      json: {
        files:
          query['direction'] === 'up'
            ? []
            : [
                { name: 'b.root', depth: 1, via: 'a.root', retired: false, located: true },
                { name: 'd.root', depth: 1, via: 'a.root', retired: false, located: true },
                { name: 'c.root', depth: 2, via: 'b.root', retired: true, located: true },
              ],
        more: false,
      },
    }),
  });
  const { out } = await poms('file', 'show', 'a.root');
  expect(out).toMatch(/location +\/data\n(.*\n)*runs +\[\[1,2\]\]/);
  expect(out).toMatch(/project +P: consumed, submission 17\n/);
  expect((await poms('file', 'lineage', 'a.root')).out).toBe('It was made from no file.\n');
  expect((await poms('file', 'lineage', 'a.root', '--direction', 'down')).out).toBe(
    'b.root\n  c.root (retired)\nd.root\n',
  );
  expect((await poms('file', 'lineage', 'a.root', '--direction', 'left')).exitCode).toBe(2);
});
