import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { useServer } from '../../test/support/cli.ts';
import { NO_JOBS } from '../domain/job-state.ts';
import type { CampaignRow } from '../services/campaigns/schema.ts';
import type { JobRow } from '../services/jobs/schema.ts';
import { type Answer, type Asked, poms, startServer } from './fixture.ts';

const E = '/api/v1/experiments/demo';
const { serve, folder } = useServer();

const campaignRow = (name: string): CampaignRow => ({
  campaignId: 1,
  name,
  description: '',
  active: true,
  type: 'regular',
  creator: 'jane',
  tags: [],
  stages: 4,
  submissions: { waiting: 0, approval: 0, running: 2, held: 0, finished: 0, done: 17, failed: 1, stopped: 0 },
  launches: { queued: 0, starting: 0, failed: 0 },
  jobs: { ...NO_JOBS },
  lastActivity: null,
  hold: null,
});

describe('wrong usage', () => {
  it.each([
    [['no-such-command'], 'unknown command'],
    [['campaign', 'show'], 'missing required argument'],
    [['job', 'list', '--submission', '0'], 'whole number'],
    [['campaign', 'list', '--url', 'localhost:8080'], 'must begin with http'],
  ])('%j ends with status 2 and says why', async (argv, sentence) => {
    const { exitCode, err } = await poms(...argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(sentence);
  });

  it('shows help with status 0', async () => {
    const { exitCode, out } = await poms('campaign', '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('apply');
  });
});

describe('which server and experiment', () => {
  it('asks the server that runs in the data folder, and the only experiment of the person', async () => {
    const { url, asked } = await serve({
      'GET /api/v1/me': () => ({ json: { experiments: [{ experiment: 'demo' }] } }),
      [`GET ${E}/jobs`]: () => ({ json: { items: [], next: null } }),
    });
    vi.stubEnv('POMS_URL', '');
    vi.stubEnv('POMS_EXPERIMENT', '');
    vi.stubEnv('POMS_TOKEN', 'secret');
    mkdirSync(join(folder(), 'data'));
    writeFileSync(join(folder(), 'data', 'server.json'), JSON.stringify({ url, pid: 1 }));
    expect(await poms('job', 'list')).toEqual({ exitCode: 0, out: 'There are no jobs.\n', err: '' });
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/me', `${E}/jobs`]);
    expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer secret', 'Bearer secret']);
  });

  it('asks for a name where the person has several experiments', async () => {
    await serve({
      'GET /api/v1/me': () => ({ json: { experiments: [{ experiment: 'dune' }, { experiment: 'nova' }] } }),
    });
    vi.stubEnv('POMS_EXPERIMENT', '');
    const { exitCode, err } = await poms('job', 'list');
    expect(exitCode).toBe(2);
    expect(err).toContain('(dune, nova)');
  });

  it('says what to do when no server answers', async () => {
    const { url, close } = await startServer({});
    await close();
    const { exitCode, err } = await poms('job', 'list', '--url', url, '-e', 'demo');
    expect(exitCode).toBe(1);
    expect(err).toContain(`No POMS answers at ${url}`);
    expect(err).toContain('poms serve');
  });
});

describe('answers', () => {
  it('aligns a table, numbers to the right', async () => {
    await serve({
      [`GET ${E}/campaigns`]: () => ({
        json: { items: [campaignRow('quakes'), campaignRow('mc')], next: null },
      }),
    });
    const { out } = await poms('campaign', 'list');
    const [head = '', first = '', second = ''] = out.split('\n');
    expect(head.indexOf('done') + 'done'.length).toBe(first.indexOf('17') + 2);
    expect(second.indexOf('17')).toBe(first.indexOf('17'));
    expect(second.startsWith('mc      ')).toBe(true);
  });

  it('follows pages up to the limit and says when there are more', async () => {
    const { asked } = await serve({
      [`GET ${E}/campaigns`]: ({ query }) =>
        query.after === undefined
          ? { json: { items: [campaignRow('a'), campaignRow('b')], next: 'b' } }
          : { json: { items: [campaignRow('c')], next: 'c' } },
    });
    const { out } = await poms('campaign', 'list', '--limit', '3', '--json');
    expect(JSON.parse(out).map(({ name }: CampaignRow) => name)).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ query }) => query)).toEqual([{ limit: '3' }, { after: 'b', limit: '1' }]);
    expect((await poms('campaign', 'list', '-n', '3')).out).toContain('There are more');
  });

  it('never lets a name move the cursor', async () => {
    const job: JobRow = {
      jobId: 1,
      submissionId: 2,
      batchId: '1.0@local',
      state: 'failed',
      stateSince: '2026-01-01T00:00:00.000Z',
      attempt: 1,
      host: 'evil\u001b[2Jhost',
      site: null,
      exitCode: 3,
      signal: null,
      reason: null,
      submitted: '2026-01-01T00:00:00.000Z',
      started: null,
      ended: null,
      wallSeconds: 1.25,
      cpuSeconds: null,
      memoryKb: 2048,
    };
    await serve({ [`GET ${E}/jobs`]: () => ({ json: { items: [job], next: null } }) });
    const { out } = await poms('job', 'list');
    expect(out).toContain('evil [2Jhost');
  });

  it('tells a problem with what to do and its code, and ends with status 1', async () => {
    await serve({});
    const { exitCode, err } = await poms('campaign', 'show', 'ghost');
    expect(exitCode).toBe(1);
    expect(err).toBe(
      'poms: There is no campaign ghost here.\n  Check the name and the experiment.\n  (not-found)\n',
    );
  });

  it('tells a server that is no POMS from one', async () => {
    await serve({ [`GET ${E}/jobs`]: () => ({ status: 502, text: '<html>Bad gateway</html>' }) });
    expect((await poms('job', 'list')).err).toContain('502');
    await serve({ [`GET ${E}/jobs`]: () => ({ json: { jobs: [] } }) });
    expect((await poms('job', 'list')).err).toContain('is not understood');
  });
});

describe('apply', () => {
  const changes = [
    { what: 'add', kind: 'stage', name: 'select' },
    { what: 'change', kind: 'stage', name: 'merge', field: 'split', before: null, after: 'nfiles(10)' },
    { what: 'remove', kind: 'dependency', name: 'a → b' },
  ];
  const file = () => {
    const path = join(folder(), 'campaign.yaml');
    writeFileSync(path, 'apiVersion: poms/v1\n');
    return path;
  };
  const applying = (found: unknown[]) => ({
    [`POST ${E}/campaigns/apply`]: ({ body }: Asked): Answer => {
      const { dryRun } = body as { dryRun: boolean };
      return {
        json: {
          campaign: 'quakes',
          applied: !dryRun,
          version: dryRun ? 3 : 4,
          changes: found,
          warnings: ['mind the gap'],
        },
      };
    },
  });

  it('shows the differences, then applies them on the version that was looked at', async () => {
    const { asked } = await serve(applying(changes));
    const { exitCode, out } = await poms('campaign', 'apply', file());
    expect(exitCode).toBe(0);
    expect(out.split('\n').slice(0, 5)).toEqual([
      '+ stage select',
      '~ stage merge split: nothing → "nfiles(10)"',
      '- dependency a → b',
      '! mind the gap',
      'Applied campaign quakes, version 4.',
    ]);
    expect(asked.map(({ body }) => body)).toEqual([
      { text: 'apiVersion: poms/v1\n', dryRun: true },
      { text: 'apiVersion: poms/v1\n', dryRun: false, version: 3 },
    ]);
  });

  it('changes nothing for a dry run, nor when nothing differs', async () => {
    const { asked } = await serve(applying(changes));
    expect((await poms('campaign', 'apply', file(), '--dry-run')).exitCode).toBe(0);
    const second = await serve(applying([]));
    expect((await poms('campaign', 'apply', file(), '--yes')).out).toContain('is as the file says');
    expect([...asked, ...second.asked].every(({ body }) => (body as { dryRun: boolean }).dryRun)).toBe(true);
  });

  it('lists each wrong place of a refused file once', async () => {
    await serve({
      [`POST ${E}/campaigns/apply`]: () => ({
        status: 422,
        json: {
          type: '/docs/errors#bad-campaign',
          title: 'The campaign is not valid',
          status: 422,
          code: 'bad-campaign',
          detail: 'stages.reco.split: is unknown; name: is missing',
          advice: 'Correct the places that are named; nothing was stored.',
          problems: [
            { path: 'stages.reco.split', problem: 'is unknown' },
            { path: 'name', problem: 'is missing' },
          ],
        },
      }),
    });
    const { exitCode, err } = await poms('campaign', 'apply', file());
    expect(exitCode).toBe(1);
    expect(err.match(/is unknown/g)).toHaveLength(1);
    expect(err).toContain('name: is missing');
  });

  it('says which file it cannot read', async () => {
    await serve({});
    expect((await poms('campaign', 'apply', join(folder(), 'none.yaml'))).err).toContain(
      'none.yaml: it does not exist',
    );
  });
});

describe('launch', () => {
  it('counts a launch that is queued behind a hold as done', async () => {
    await serve({
      [`POST ${E}/launches`]: () => ({
        status: 423,
        json: {
          type: '/docs/errors#launches-held',
          title: 'Launches are held',
          status: 423,
          code: 'launches-held',
          detail: 'Launches of demo are held by jane.',
          advice: 'The launch is queued and starts when the hold is released.',
        },
      }),
    });
    expect(await poms('campaign', 'launch', 'quakes')).toEqual({
      exitCode: 0,
      out: 'Launches of demo are held by jane.\nThe launch is queued and starts when the hold is released.\n',
      err: '',
    });
  });
});

describe('logs', () => {
  it('prints a log that grows until its writer has ended, each byte once', async () => {
    const pages = ['first — ', '', 'second\n'];
    const text = pages.join('');
    let looks = 0;
    const { asked } = await serve({
      [`GET ${E}/jobs/5/log/stderr`]: ({ query }) => {
        const shown = Buffer.from(pages.slice(0, ++looks).join(''));
        const offset = Number(query.offset);
        return {
          json: { text: shown.subarray(offset).toString(), offset, size: shown.length, ended: looks === 3 },
        };
      },
    });
    const { out } = await poms('job', 'log', '5', '--stderr', '--follow');
    expect(out).toBe(text);
    expect(asked.at(-1)?.query.offset).toBe(String(Buffer.byteLength('first — ')));
  });
});
