/** What goes wrong in daily work, against a real server: a clear error or the single right effect, and nothing else. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, createClient, ofExperiment } from '../../src/cli/client.ts';
import { ApiFailure } from '../../src/cli/failure.ts';
import { type Database, openDatabase } from '../../src/database/index.ts';
import { NO_JOBS } from '../../src/domain/job-state.ts';
import { applyResult, campaignView } from '../../src/services/campaigns/schema.ts';
import { logPage } from '../../src/services/common.ts';
import { launchRow } from '../../src/services/launches/schema.ts';
import { type SubmissionView, submissionView } from '../../src/services/submissions/schema.ts';
import { type CampaignText, campaignText } from '../support/campaign-text.ts';
import {
  buildProgram,
  databaseUrl,
  freePort,
  makeDataFolder,
  postgresPid,
  type Running,
  removeDataFolder,
  runPoms,
  startPoms,
  untilUp,
} from '../support/poms.ts';

/** Seconds that a launch script may take here: enough for 100 MB of output on a busy machine. */
const LAUNCH_TIMEOUT = 30;
/** A step takes part of a second; machines that run tests are busy. */
const PATIENCE = { timeout: 60_000, interval: 200 };

let folder: string;
let port: number;
let server: Running;
let client: Client;
let database: Database;

beforeAll(async () => {
  await buildProgram();
  folder = makeDataFolder();
  port = await freePort();
  const env = { POMS_LISTEN: `127.0.0.1:${port}`, POMS_LAUNCH_TIMEOUT: String(LAUNCH_TIMEOUT) };
  server = startPoms(['serve'], { folder, env });
  client = createClient({ url: await untilUp(server) });
  database = openDatabase(databaseUrl(folder));
}, 240_000);
afterAll(async () => {
  await database?.close();
  await server?.stop();
  await removeDataFolder(folder);
}, 60_000);

/** How many there are of everything that a person's request can make. */
async function counts(): Promise<Record<string, number>> {
  const tables = [
    'campaign',
    'stage',
    'dependency',
    'job_type',
    'login_setup',
    'launch',
    'submission',
    'job',
  ];
  const more = ['snapshot', 'tag', 'audit_event', 'dh.definition', 'dh.project'];
  const { rows } = await database.pool.query<Record<string, number>>(
    `select ${[...tables, ...more].map((table) => `(select count(*)::integer from ${table}) as "${table}"`).join(', ')}`,
  );
  return rows[0] ?? {};
}

/** What grew while `act` ran. */
async function grown(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await counts();
  await act();
  const after = await counts();
  return Object.fromEntries(
    Object.entries(after).flatMap(([table, n]) =>
      n === before[table] ? [] : [[table, n - (before[table] ?? 0)]],
    ),
  );
}

const apply = (text: string, version?: number) =>
  client.post(ofExperiment('demo', 'campaigns', 'apply'), applyResult, {
    text,
    dryRun: false,
    ...(version && { version }),
  });
const launch = (campaign: string, more: object = {}) =>
  client.post(ofExperiment('demo', 'launches'), z.object({ launch: launchRow }), { campaign, ...more });

/** The problem that a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<ApiFailure['problem']> {
  const error = await call.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (error instanceof ApiFailure) return error.problem;
  throw new Error(`not refused: ${error}`);
}

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
      const file = join(folder, `${what.replaceAll(' ', '-')}.yaml`);
      const text = typeof change === 'string' ? change : campaignText('refused', change);
      writeFileSync(file, text);
      expect(
        await grown(async () => {
          const problem = await refusal(apply(text));
          expect(problem).toMatchObject({ status: 422, code: 'bad-campaign' });
          expect(problem.problems?.map(({ path, problem: said }) => `${path}: ${said}`).join('\n')).toMatch(
            said,
          );
          const args = ['campaign', 'apply', file, '--yes', '--url', client.url, '-e', 'demo'];
          const { exitCode, out, err } = await runPoms(args, { folder });
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
  beforeAll(() => apply(campaignText('two-heads', { stages: [{ name: 'a' }, { name: 'b' }] })), 60_000);

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
      await grown(async () => expect(await refusal(launch(campaign, request))).toMatchObject(problem)),
    ).toEqual({});
  });
});

describe('a launch script that', () => {
  type Look = () => Promise<SubmissionView>;

  /** Launches a script; how its submission can be looked at. */
  async function begin(name: string, launchScript: string): Promise<Look> {
    await apply(campaignText(name, { launchScript, stages: [{ name: 'only' }] }));
    let submissionId = 0;
    const made = await grown(async () => {
      submissionId = (await launch(name)).launch.submissionId ?? 0;
    });
    expect(made).toMatchObject({ launch: 1, submission: 1 });
    return () => client.get(ofExperiment('demo', 'submissions', submissionId), submissionView);
  }

  /** Waits until POMS knows what became of the script. */
  async function end(look: Look): Promise<SubmissionView> {
    await expect.poll(async () => (await look()).launch.state, PATIENCE).toMatch(/^(done|failed)$/);
    return look();
  }

  // Runs while the others do: it takes its time.
  let endless: Look;
  const pidsOf = () => readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  beforeAll(async () => {
    const pids = join(folder, 'pids');
    endless = await begin('endless', `echo $$ >> ${pids}; sleep 3600 & echo $! >> ${pids}; wait`);
  }, 60_000);

  it.each<[string, string, string, object]>([
    [
      'does not exist',
      'missing',
      '/nonexistent/launch.sh',
      { outcome: 'launch-script-not-found', exitCode: 127 },
    ],
    ['is no program', 'no-program', '/etc/passwd', { outcome: 'launch-script-not-found', exitCode: 126 }],
    ['fails', 'fails', 'echo before the end; exit 3', { outcome: 'launch-script-failed', exitCode: 3 }],
    ['submits nothing', 'nothing', 'echo all is well', { outcome: 'launch-no-job', exitCode: 0 }],
  ])(
    '%s ends as LaunchFailed, with what to do',
    async (_, name, script, outcome) => {
      expect(await end(await begin(name, script))).toMatchObject({
        status: 'LaunchFailed',
        launch: { state: 'failed', ...outcome, advice: expect.stringMatching(/\w{3}/) },
        next: null,
        batchIds: [],
        jobs: NO_JOBS,
      });
    },
    90_000,
  );

  it('prints 100 MB and then submits is a good launch with a log of bounded size', async () => {
    const script = "yes 'a line of no interest' | head -c 100000000; poms-submit -- /bin/true; echo the end";
    const look = await begin('flood', script);
    const submission = await end(look);
    expect(submission.launch).toMatchObject({ state: 'done', exitCode: 0, outcome: null });
    expect(submission.batchIds).toHaveLength(1);
    const path = `${ofExperiment('demo', 'submissions', submission.submissionId)}/launch-log?limit=65536`;
    const log = await client.get(`${path}&offset=-65536`, logPage);
    expect(log.size).toBeLessThan(10_000_000);
    expect(log.text).toMatch(/POMS4_BATCH_ID=\d+@local\nthe end\n$/);
    const [kilobytes] = execFileSync('du', ['-sk', join(folder, 'launches', String(submission.launchId))], {
      encoding: 'utf8',
    }).split('\t');
    expect(Number(kilobytes)).toBeLessThan(20_000);
    await expect.poll(async () => (await look()).status, PATIENCE).toBe('Located');
  }, 180_000);

  it('never ends is stopped, with all that it started', async () => {
    expect(await end(endless)).toMatchObject({
      status: 'LaunchFailed',
      launch: { state: 'failed', outcome: 'launch-timed-out' },
      jobs: NO_JOBS,
    });
    expect(pidsOf()).toHaveLength(2);
    await expect.poll(() => pidsOf().filter(isAlive), PATIENCE).toEqual([]);
  }, 120_000);
});

describe('two people at once', () => {
  it('who save the same stage: one is stored, the other is told who was first', async () => {
    await apply(campaignText('shared', { stages: [{ name: 'only', dataset: 'start' }] }));
    const view = () => client.get(ofExperiment('demo', 'campaigns', 'shared'), campaignView);
    const { version } = await view();
    const save = (dataset: string) =>
      apply(campaignText('shared', { stages: [{ name: 'only', dataset }] }), version);
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
      await grown(async () => expect(await refusal(save('late'))).toMatchObject({ code: 'stale-version' })),
    ).toEqual({});
  }, 60_000);

  it('who press the same launch: it is launched once', async () => {
    await apply(
      campaignText('pressed', { launchScript: 'poms-submit -- /bin/true', stages: [{ name: 'only' }] }),
    );
    const before = await counts();
    const press = () => launch('pressed', { requestKey: 'one press' });
    const answers = await Promise.all([press(), press(), press()]);
    const [first] = answers;
    expect(answers.map((answer) => answer.launch.launchId)).toEqual(Array(3).fill(first?.launch.launchId));
    const id = first?.launch.submissionId ?? 0;
    const look = () => client.get(ofExperiment('demo', 'submissions', id), submissionView);
    await expect.poll(async () => (await look()).status, PATIENCE).toBe('Located');
    expect((await press()).launch.submissionId).toBe(id);
    const after = await counts();
    expect(
      ['launch', 'submission', 'job'].map((table) => (after[table] ?? 0) - (before[table] ?? 0)),
    ).toEqual([1, 1, 1]);
    const clusters = readFileSync(join(folder, 'local-batch', 'events.jsonl'), 'utf8').match(
      new RegExp(`"event":"submit".*"submission":${id},`, 'g'),
    );
    expect(clusters).toHaveLength(1);
  }, 90_000);
});

describe('a server does not start, says why in a sentence and leaves the first alone', () => {
  /** What is printed: the sentence, what to do, the code. */
  const said = (sentence: RegExp, code: string) =>
    expect.stringMatching(new RegExp(`^poms: ${sentence.source}\n  [^\n]+\n  \\(${code}\\)\n$`));

  it('on a port that is taken', async () => {
    const other = makeDataFolder();
    try {
      const { exitCode, out, err } = await runPoms(['serve'], {
        folder: other,
        env: { POMS_LISTEN: `127.0.0.1:${port}` },
      });
      expect({ exitCode, out, err }).toEqual({
        exitCode: 1,
        out: '',
        err: said(new RegExp(`Another program listens on 127.0.0.1:${port}.`), 'address-taken'),
      });
      expect(postgresPid(other), 'its PostgreSQL').toBeNull();
    } finally {
      await removeDataFolder(other);
    }
  }, 90_000);

  it('in a data folder that another server uses', async () => {
    const { exitCode, out, err } = await runPoms(['serve'], { folder, env: { POMS_LISTEN: '127.0.0.1:0' } });
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: '',
      err: said(
        new RegExp(`The database in ${folder} is in use by another server \\(process ${server.pid}\\).`),
        'database-in-use',
      ),
    });
  }, 90_000);

  it('with a setting that does not exist, or has a wrong value', async () => {
    const other = makeDataFolder();
    try {
      const env = { POMS_LISTN: '127.0.0.1:0', POMS_LOCAL_SLOTS: 'many' };
      const { exitCode, out, err } = await runPoms(['serve'], { folder: other, env });
      expect({ exitCode, out, err }).toEqual({
        exitCode: 1,
        out: '',
        err: said(/.*POMS_LISTN is not a setting of POMS.*POMS_LOCAL_SLOTS=many.*/, 'bad-setting'),
      });
      expect(readdirSync(other)).toEqual([]);
    } finally {
      await removeDataFolder(other);
    }
  }, 90_000);

  afterAll(async () => {
    // The address it wrote for the command line is still there, and it answers.
    const { exitCode } = await runPoms(['campaign', 'list', '-e', 'demo'], { folder });
    expect(exitCode).toBe(0);
  }, 60_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
