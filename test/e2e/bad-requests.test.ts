/** Bad campaign files and launches, and two people at once: a clear error or the single right effect, nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofExperiment } from '../../src/cli/client.ts';
import { campaignView } from '../../src/services/campaigns/schema.ts';
import { submissionView } from '../../src/services/submissions/schema.ts';
import { type CampaignText, campaignText } from '../support/campaign-text.ts';
import { type OneServer, PATIENCE, refusal, startOneServer } from '../support/one-server.ts';
import { runPoms } from '../support/poms.ts';

let poms: OneServer;
beforeAll(async () => {
  poms = await startOneServer();
}, 240_000);
afterAll(() => poms?.stop(), 60_000);

describe('a campaign file is refused, and nothing is stored, for', () => {
  const plain = { name: 'one' };
  const bad: [what: string, change: CampaignText, said: RegExp][] = [
    [
      'a cycle',
      {
        stages: [{ name: 'a' }, { name: 'b' }],
        dependencies: [
          { from: 'a', to: 'b' },
          { from: 'b', to: 'a' },
        ],
      },
      /dependencies.*(cycle|circle|itself)/i,
    ],
    [
      'an unknown job type',
      { stages: [{ ...plain, jobType: 'refused-worc' }] },
      /stages\.one\.jobType: There is no job type refused-worc; did you mean refused-work\?/,
    ],
    [
      'a bad split',
      { stages: [{ ...plain, dataset: 'd', split: 'nfiles(many)' }] },
      /stages\.one\.split: .*nfiles\(many\)/,
    ],
    [
      'a value of the wrong type',
      { stages: [{ ...plain, completionPct: 'most' }] },
      /stages\.one\.completionPct: .*number/,
    ],
    ['two stages of one name', { stages: [plain, plain] }, /stages.*one/],
    [
      'an unknown key',
      { stages: [{ ...plain, datset: 'd' }] },
      /stages\.one\.datset: There is no key datset here; did you mean dataset\?/,
    ],
    [
      'an unknown name in a template',
      { stages: [{ ...plain, parameters: [['--tune=', '%(tune)s']] }] },
      /tune/,
    ],
    ['no YAML at all', 'stages: [{', /line 1/],
  ];

  it.each(bad)(
    '%s',
    async (what, change, said) => {
      const file = join(poms.folder, `${what.replaceAll(' ', '-')}.yaml`);
      const text = typeof change === 'string' ? change : campaignText('refused', change);
      writeFileSync(file, text);
      expect(
        await poms.grown(async () => {
          const problem = await refusal(poms.apply(text));
          expect(problem).toMatchObject({ status: 422, code: 'bad-campaign' });
          expect(problem.problems?.map(({ path, problem: said }) => `${path}: ${said}`).join('\n')).toMatch(
            said,
          );
          const args = ['campaign', 'apply', file, '--yes', '--url', poms.client.url, '-e', 'demo'];
          const { exitCode, out, err } = await runPoms(args, { folder: poms.folder });
          expect({ exitCode, out, err }).toEqual({ exitCode: 1, out: '', err: expect.stringMatching(said) });
          expect(err).toMatch(/^poms: .*\(bad-campaign\)\n$/s);
          expect(err).not.toMatch(/^ {4}at /m);
        }),
      ).toEqual({});
    },
    60_000,
  );
});

describe('a launch is refused, and leaves nothing behind,', () => {
  beforeAll(() => poms.apply(campaignText('two-heads', { stages: [{ name: 'a' }, { name: 'b' }] })), 60_000);

  it.each<[string, string, object, object]>([
    [
      'when several stages could begin',
      'two-heads',
      {},
      { status: 409, code: 'several-leading-stages', detail: expect.stringMatching(/\ba, b\b/) },
    ],
    ['of a stage that does not exist', 'two-heads', { stage: 'c' }, { status: 404, code: 'not-found' }],
    ['of a campaign that does not exist', 'three-heads', {}, { status: 404, code: 'not-found' }],
    [
      'with an unknown name in a parameter',
      'two-heads',
      { stage: 'a', parameters: [['--x=', '%(ghost)s']] },
      { status: 422, code: 'unknown-template-name', detail: expect.stringContaining('ghost') },
    ],
    [
      'with a template that has no end',
      'two-heads',
      { stage: 'a', parameters: [['--x=', '%(ghost']] },
      { status: 422, code: 'bad-template' },
    ],
    ['with a dataset that is a command', 'two-heads', { stage: 'a', dataset: '$(reboot)' }, { status: 422 }],
  ])('%s', async (_, campaign, request, problem) => {
    expect(
      await poms.grown(async () =>
        expect(await refusal(poms.launch(campaign, request))).toMatchObject(problem),
      ),
    ).toEqual({});
  });
});

describe('two people at once', () => {
  it('who save the same stage: one is stored, the other is told who was first', async () => {
    await poms.apply(campaignText('shared', { stages: [{ name: 'only', dataset: 'start' }] }));
    const view = () => poms.client.get(ofExperiment('demo', 'campaigns', 'shared'), campaignView);
    const { version } = await view();
    const save = (dataset: string) =>
      poms.apply(campaignText('shared', { stages: [{ name: 'only', dataset }] }), version);
    const results = await Promise.allSettled([save('mine'), save('yours')]);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(1);
    expect(refused[0].problem).toMatchObject({
      status: 409,
      code: 'stale-version',
      detail: expect.stringContaining(`version ${version}`),
    });
    const stored = await view();
    expect(stored.version).toBe(version + 1);
    expect(stored.stages[0]?.dataset).toBe(results[0].status === 'fulfilled' ? 'mine' : 'yours');
    expect(
      await poms.grown(async () =>
        expect(await refusal(save('late'))).toMatchObject({ code: 'stale-version' }),
      ),
    ).toEqual({});
  }, 60_000);

  it('who press the same launch: it is launched once', async () => {
    await poms.apply(
      campaignText('pressed', { launchScript: 'poms-submit -- /bin/true', stages: [{ name: 'only' }] }),
    );
    const before = await poms.counts();
    const press = () => poms.launch('pressed', { requestKey: 'one press' });
    const answers = await Promise.all([press(), press(), press()]);
    const [first] = answers;
    expect(answers.map((answer) => answer.launch.launchId)).toEqual(Array(3).fill(first?.launch.launchId));
    const id = first?.launch.submissionId ?? 0;
    const look = () => poms.client.get(ofExperiment('demo', 'submissions', id), submissionView);
    await expect.poll(async () => (await look()).status, PATIENCE).toBe('Located');
    expect((await press()).launch.submissionId).toBe(id);
    const after = await poms.counts();
    expect(
      ['launch', 'submission', 'job'].map((table) => (after[table] ?? 0) - (before[table] ?? 0)),
    ).toEqual([1, 1, 1]);
    const clusters = readFileSync(join(poms.folder, 'local-batch', 'events.jsonl'), 'utf8').match(
      new RegExp(`"event":"submit".*"submission":${id},`, 'g'),
    );
    expect(clusters).toHaveLength(1);
  }, 90_000);
});
