/** What launch scripts and jobs do in the simulated world. */
import type { Catalogue } from '../../src/connectors/data/catalogue/index.ts';
import type { LaunchScript } from '../../src/connectors/hosts/types.ts';
import { EXPERIMENT } from '../support/campaign.ts';
import type { SimBatch, SimScript } from './world.ts';

export interface Work {
  /** File names, without their beginnings, on which a job that is not tolerant fails. */
  bad: ReadonlySet<string>;
  /** Files that a generator makes. */
  generated: number;
}

/** One script for all stages: generators make files, all others work through the files of their project. */
export function workScript(work: Work): (world: { batch: SimBatch; catalogue: Catalogue }) => SimScript {
  return ({ batch, catalogue }) =>
    async (script) => {
      const submissionId = Number(script.env['POMS4_SUBMISSION_ID']);
      if (batch.events.some((event) => event.submissionId === submissionId)) {
        return { exitCode: 1, printed: 'this submission has jobs already\n' };
      }
      const jobs =
        script.env['POMS4_CAMPAIGN_STAGE_TYPE'] === 'generator'
          ? [() => generate(catalogue, script, work)]
          : await processingJobs(catalogue, script, work);
      return { exitCode: 0, printed: `POMS4_BATCH_ID=${batch.submit(submissionId, jobs)}\n` };
    };
}

async function generate(catalogue: Catalogue, script: LaunchScript, work: Work): Promise<number> {
  const id = script.env['POMS4_SUBMISSION_ID'] ?? '';
  const names = Array.from({ length: work.generated }, (_, n) => `raw_${id}_${String(n).padStart(3, '0')}`);
  await catalogue.declare(
    EXPERIMENT,
    names.map((name) => metadata(name, [])),
    'tester',
  );
  // A generator defines the input of each of its dependents itself (spec/backend.md 5.2).
  for (const dependent of [1, 2]) {
    await catalogue.defineDataset(
      EXPERIMENT,
      `poms_depends_${id}_${dependent}`,
      `file_name like 'raw_${id}_%'`,
      true,
    );
  }
  return 0;
}

async function processingJobs(
  catalogue: Catalogue,
  script: LaunchScript,
  work: Work,
): Promise<(() => Promise<number>)[]> {
  const project = script.env['POMS_PROJECT'] ?? '';
  const [stage = '', dataset = ''] = script.text.trim().split('\n').at(-1)?.split(' ') ?? [];
  await catalogue.startProject(EXPERIMENT, {
    name: project,
    station: EXPERIMENT,
    group: EXPERIMENT,
    user: 'tester',
    of: { definition: dataset },
  });
  const files = await catalogue.count(EXPERIMENT, `snapshot_for_project_name ${project}`);
  const tolerant = script.text.includes('--tolerant');
  return Array.from(
    { length: Math.max(1, Math.ceil(files / 2)) },
    () => () =>
      takeFiles(catalogue, { project, stage, tolerant, work, id: script.env['POMS4_SUBMISSION_ID'] ?? '' }),
  );
}

async function takeFiles(
  catalogue: Catalogue,
  job: { project: string; stage: string; tolerant: boolean; work: Work; id: string },
): Promise<number> {
  const process = await catalogue.establishProcess(EXPERIMENT, job.project, {
    application: { family: 'sim', name: 'sim', version: 'v1' },
    node: 'sim',
    user: 'tester',
  });
  for (;;) {
    const file = await catalogue.nextFile(EXPERIMENT, job.project, process, { resume: false });
    if (file === null) break;
    const bad = job.work.bad.has(file.name.slice(-3)) && job.stage === 'select' && !job.tolerant;
    if (bad) {
      await catalogue.reportFile(EXPERIMENT, job.project, process, { file: file.name, status: 'skipped' });
      await catalogue.endProcess(EXPERIMENT, job.project, process, 'bad');
      return 3;
    }
    await catalogue.declare(
      EXPERIMENT,
      [metadata(`${job.stage}_${job.id}_${file.name}`, [file.name])],
      'tester',
    );
    await catalogue.reportFile(EXPERIMENT, job.project, process, { file: file.name, status: 'consumed' });
  }
  await catalogue.endProcess(EXPERIMENT, job.project, process, 'completed');
  return 0;
}

function metadata(name: string, parents: string[]): unknown {
  return {
    file_name: name,
    file_type: 'simulated',
    file_format: 'txt',
    file_size: 1,
    data_tier: parents.length === 0 ? 'raw' : 'derived',
    application: { family: 'sim', name: 'sim', version: 'v1' },
    parents: parents.map((parent) => ({ file_name: parent })),
    locations: [`file:///nowhere/${name}`],
  };
}
