/**
 * jobsub over the real HTCondor. jobsub_lite itself cannot be installed here: stand-ins take its place, which wrap the
 * real condor commands in the way that it was measured to (its three variables, its options, its exit codes).
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createJobsub } from '../../../src/connectors/batch/jobsub/jobsub.ts';
import { follow } from '../../../src/connectors/batch/local/fixture.ts';
import type { BatchSystem, Submitter } from '../../../src/connectors/batch/types.ts';
import { createLocalCommands } from '../../../src/connectors/commands/local-commands.ts';
import type { Commands } from '../../../src/connectors/commands/types.ts';
import type { Account } from '../../support/poms.ts';
import { folderOf, launchAccount } from '../support/accounts.ts';
import { condorBin, type Launch, launch, sweep } from './support.ts';

vi.setConfig({ testTimeout: 120_000 });

const SUBMIT = `
lines=$(printf '%s' "$JOBSUB_EXTRA_LINES" | tr , '\\n')
environment=
for name in $(printf '%s' "$JOBSUB_EXTRA_ENVIRONMENT" | tr , ' '); do
  eval "environment=\\"\\$environment $name=\\$$name\\""
done
job=$(mktemp "$HOME/simple-XXXXXX")
printf '#!/bin/sh\\n%s\\n' "$1" > "$job"
chmod 755 "$job"
cd "$HOME"
unset _CONDOR_SUBMIT_EXPRS
printed=$(condor_submit -terse - << END
executable = $job
environment = "$environment"
output = out.$(basename "$job")
error = err.$(basename "$job")
+Jobsub_Group = "demo"
$lines
queue
END
) || exit 0
id=\${printed%% *}@pool@localhost
$JOBSUB_EXTRA_JOB_INFO "$id" "['jobsub_submit']" < /dev/null
echo "Use job id $id to retrieve output"`;

/** jobsub_hold -G group --role role --constraint EXPRESSION: ends with 0 whatever happens. */
const act = (command: string): string => `
echo "$0 $*" >> ${'"$HOME/asked"'}
[ "$1 $3" = '-G --role' ] || exit 1
case $5 in --constraint) ${command} -constraint "$6" ;; --jobid=*) ${command} $(echo "\${5#--jobid=}" | tr , '\\n' | sed 's/@.*//') ;; esac
exit 0`;

const FETCH = `
for word; do case $word in --jobid=*) id=\${word#--jobid=} ;; --destdir=*) to=\${word#--destdir=} ;; esac; done
cp "$HOME"/out.* "$HOME"/err.* "$to"`;

const submitter: Submitter = {
  host: 'local',
  account: 'me',
  setup: '',
  experiment: 'demo',
  role: 'production',
};
const launches: Launch[] = [];
let account: Account;
let folder: string;
let batch: BatchSystem;

beforeAll(async () => {
  account = await launchAccount();
  folder = folderOf(account);
  mkdirSync(join(folder, 'bin'));
  const commands = {
    jobsub_submit: SUBMIT,
    jobsub_hold: act('condor_hold'),
    jobsub_release: act('condor_release'),
    jobsub_rm: act('condor_rm'),
    jobsub_fetchlog: FETCH,
  };
  for (const [name, text] of Object.entries(commands)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  const path = `${join(folder, 'bin')}:${condorBin()}:/usr/bin:/bin`;
  const plain = createLocalCommands({ env: { HOME: folder, PATH: path } });
  const asAccount: Commands = {
    where: 'poms-launch',
    run: (words, options) =>
      plain.run(
        ['setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...words],
        options,
      ),
  };
  batch = createJobsub({ name: 'grid', commands: asAccount, bin: null });
}, 60_000);
afterAll(async () => {
  await sweep(...launches.map(({ submissionId }) => submissionId));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function submit(text: string): Promise<Launch> {
  const script = `PATH=$PATH:${folder}/bin:${condorBin()}; jobsub_submit '${text}'`;
  const made = await launch(account, folder, script, { batch });
  const cluster = /^POMS4_BATCH_ID=(\S+)$/m.exec(made.out)?.[1] ?? '';
  launches.push(made);
  return { ...made, cluster, job: (process) => cluster.replace('@', `.${process}@`) };
}

it('jobs are tagged by the variables that jobsub_submit reads, and their id is told', async () => {
  const made = await submit('echo "$POMS_TASK_ID $POMS4_SUBMISSION_ID"');
  expect(made.cluster).toMatch(/^\d+@pool@localhost$/);
  const end = await follow(batch).reach(made.job(0), 'completed');
  expect(end.submissionId).toBe(made.submissionId);
  const { text } = await batch.log(made.job(0), 'stdout', 0, 100);
  expect(text).toBe(`${made.submissionId} ${made.submissionId}\n`);
  expect((await batch.log(made.job(0), 'stdout', -3, 2)).text).toHaveLength(2);
  await expect(batch.log(made.job(0), 'events', 0, 100)).rejects.toThrow('There is no events file of job');
});

it('actions go through jobsub with group and role, and tell what HTCondor says afterwards', async () => {
  const made = await submit('sleep 600');
  const seen = follow(batch);
  await seen.reach(made.job(0), 'running');
  const { submissionId } = made;
  const accepted = [{ batchId: made.job(0), outcome: 'accepted' }];
  expect(await batch.act({ submissionId }, 'hold', 'x', submitter)).toEqual(accepted);
  await seen.reach(made.job(0), 'held');
  expect(await batch.act({ batchIds: [made.job(0)] }, 'release', 'x', submitter)).toEqual(accepted);
  expect(await batch.act({ submissionId }, 'remove', 'x', submitter)).toEqual(accepted);
  await seen.reach(made.job(0), 'removed');
});

it('a command that does nothing and ends well is told as failed', async () => {
  const made = await submit('sleep 600');
  writeFileSync(join(folder, 'bin', 'jobsub_hold'), '#!/bin/sh\necho "Couldn\'t find/hold all jobs"\n');
  const [outcome] = await batch.act({ submissionId: made.submissionId }, 'hold', 'x', submitter);
  expect(outcome).toEqual({
    batchId: made.job(0),
    outcome: 'failed',
    detail: "Couldn't find/hold all jobs",
  });
});
