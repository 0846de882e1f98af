/**
 * A campaign on MetaCat, Data Dispatcher and Rucio from its split to its last stage, by the built program, with jobs on
 * the local batch system. The three servers are stand-ins written from the recorded shapes of spec/data-handling.md 3, not
 * real ones: this shows that POMS's parts fit together, not that they fit the real servers.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { packageRoot } from '../../src/package-root.ts';
import { isQuiet } from '../engine/invariants.ts';
import { type MetacatFixture, startMetacatFixture } from '../support/metacat/fixture.ts';
import { type OneServer, PATIENCE, startOneServer } from '../support/one-server.ts';

let servers: MetacatFixture;
let poms: OneServer;
beforeAll(async () => {
  servers = await startMetacatFixture({ files: 7 });
  const systems = join(servers.folder, 'systems.yaml');
  writeFileSync(systems, stringify({ dataHandlings: [{ kind: 'metacat', ...servers.setting }] }));
  poms = await startOneServer({ POMS_SYSTEMS: systems });
}, 240_000);
afterAll(async () => {
  await poms?.stop();
  await servers?.close();
}, 60_000);

interface Made {
  submissionId: number;
  stage: string;
  status: string;
  project: string | null;
  recoveryOf: number | null;
  files: string;
}

async function submissions(campaign: string): Promise<Made[]> {
  const { rows } = await sql<Made>`
    select b.submission_id, s.name as stage, t.status, b.project, b.recovery_of,
      concat_ws('/', files_total, files_consumed, files_failed, files_produced, files_located) as files
    from submission b join stage s using (stage_id) join submission_status t using (status_id)
    join campaign c on c.campaign_id = b.campaign_id where c.name = ${campaign} order by 1`.execute(
    poms.database.db,
  );
  return rows;
}

async function untilQuiet(campaign: string): Promise<void> {
  for (const deadline = Date.now() + 90_000; !(await isQuiet(poms.database)); ) {
    if (Date.now() > deadline) {
      const { rows } = await sql`select launch_id, state, outcome_detail from launch`.execute(
        poms.database.db,
      );
      throw new Error(JSON.stringify([rows, await submissions(campaign)], null, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function campaignText(name: string, methodology: string): string {
  const job = join(packageRoot, 'test/support/metacat/job.mjs');
  const { standIn } = servers;
  return stringify({
    apiVersion: 'poms/v1',
    kind: 'Campaign',
    name,
    dataHandling: 'metacat',
    defaults: { loginSetup: 'here', softwareVersion: 'v1', dataSettings: { virtual: true, methodology } },
    loginSetups: [
      {
        name: 'here',
        host: 'local',
        account: 'me',
        setup: `export JOB_TOKEN=${standIn.token('poms')} RUCIO_URL=${standIn.url}/rucio`,
      },
    ],
    jobTypes: [
      {
        name: `${name}-job`,
        launchScript: `poms-submit -N 2 ${process.execPath} ${job}`,
        parameters: { '--version=': '%(version)s', '--bad=': '003,004', '--mode=': 'strict' },
        outputFiles: ['%_raw%'],
        recoveries: [{ type: 'state_failed', parameters: [['--mode=', 'tolerant']] }],
      },
    ],
    stages: [
      {
        name: 'reco',
        jobType: `${name}-job`,
        dataset: 'raw:run1',
        split: 'drainingn(4)',
        parameters: { '--prefix=': `${name}.reco` },
      },
      {
        name: 'analyse',
        jobType: `${name}-job`,
        parameters: { '--prefix=': `${name}.ana`, '--mode=': 'tolerant' },
      },
    ],
    dependencies: [{ from: 'reco', to: 'analyse', files: [`${name}.reco_%`] }],
  });
}

const namesOf = (start: string) =>
  [...servers.standIn.state.files.values()].map(({ name }) => name).filter((name) => name.startsWith(start));

describe.each(['standard', 'one-project'])('a campaign on MetaCat, recoveries %s', (methodology) => {
  it('is split, launched, recovered and followed up', async () => {
    const name = `on-metacat-${methodology}`;
    const { state } = servers.standIn;
    const projectsBefore = state.projects.size;
    // The answer to the first project is lost: the launch waits, says why, and goes on with the project that is there.
    let lost = false;
    servers.standIn.fault = (request) => {
      if (lost || !request.includes('create_project')) return null;
      lost = true;
      return { kind: 'cut' };
    };
    await poms.apply(campaignText(name, methodology));
    await poms.launch(name, { stage: 'reco' });
    await poms.launch(name, { stage: 'reco' });
    await untilQuiet(name);

    const made = await submissions(name);
    const originals = made.filter(({ stage, recoveryOf }) => stage === 'reco' && recoveryOf === null);
    const recoveries = made.filter(({ recoveryOf }) => recoveryOf !== null);
    expect(made.map(({ status }) => status)).toEqual(Array(made.length).fill('Located'));
    expect(originals).toHaveLength(2);
    expect(recoveries.length, 'recoveries: raw003 and raw004 in one slice or in two').toBeGreaterThan(0);
    expect(made.filter(({ stage }) => stage === 'analyse')).toHaveLength(2);

    expect(namesOf(`${name}.reco_`).sort()).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((n) => `${name}.reco_raw00${n}`),
    );
    expect(namesOf(`${name}.ana_`).sort()).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((n) => `${name}.ana_${name}.reco_raw00${n}`),
    );

    const keys = [...state.projects.values()].map(({ attributes }) => attributes['poms_key']);
    expect(new Set(keys).size, 'one project a submission').toBe(keys.length);
    const expected = methodology === 'standard' ? made.length : made.length - recoveries.length;
    expect(state.projects.size - projectsBefore).toBe(expected);
    for (const { project, recoveryOf } of recoveries) {
      const before = originals.find(({ submissionId }) => submissionId === recoveryOf)?.project;
      if (methodology === 'one-project') expect(project).toBe(before);
      else expect(project).not.toBe(before);
    }
    const analysed = made.filter(({ stage }) => stage === 'analyse').map(({ files }) => files);
    expect(analysed.sort()).toEqual(['3/3/0/3/3', '4/4/0/4/4']);
  }, 150_000);
});

describe('launches on MetaCat that cannot be', () => {
  const withDataset = (name: string, dataset: string) =>
    campaignText(name, 'standard')
      .replace('dataset: raw:run1', `dataset: ${dataset}`)
      .replace('drainingn(4)', 'none');

  it('fail with the reason where there is nothing to work on', async () => {
    servers.standIn.state.createDataset('raw', 'nothing');
    await poms.apply(withDataset('empty', 'raw:nothing'));
    await poms.launch('empty', { stage: 'reco' });
    await untilQuiet('empty');
    expect(await submissions('empty')).toMatchObject([{ status: 'LaunchFailed', project: null }]);
    const { rows } =
      await sql`select state, outcome, outcome_detail from launch order by launch_id desc limit 1`.execute(
        poms.database.db,
      );
    expect(rows).toMatchObject([
      {
        state: 'failed',
        outcome: 'bad-query',
        outcomeDetail: expect.stringContaining('no files in raw:nothing'),
      },
    ]);
  }, 120_000);

  it('wait with the reason while MetaCat is away, and go on by themselves', async () => {
    servers.standIn.fault = () => ({ kind: 'answer', status: 503, type: 'text/plain', body: 'maintenance' });
    await poms.apply(withDataset('away', 'raw:run1'));
    await poms.launch('away', { stage: 'reco' });
    await expect
      .poll(async () => {
        const { rows } =
          await sql`select state, outcome_detail from launch order by launch_id desc limit 1`.execute(
            poms.database.db,
          );
        return rows[0];
      }, PATIENCE)
      .toMatchObject({ state: 'claimed', outcomeDetail: expect.stringContaining('maintenance') });
    servers.standIn.fault = () => null;
    await untilQuiet('away');
    const made = await submissions('away');
    expect(made.find(({ stage }) => stage === 'reco')).toMatchObject({
      status: 'Located',
      files: '7/5/2/5/5',
    });
  }, 150_000);
});
