/**
 * What one look at a real Slurm costs with many jobs queued: time in all, and of it POMS's own.
 *
 * `POMS_TEST_SLURM=FOLDER npm run bench -- slurm [JOBS]`; the folder is that of test/systems/testbeds/slurm-up.sh.
 * Queues an array of held jobs, and removes it in the end. Reference: how long squeue takes to print them.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createSlurm } from '../src/connectors/batch/slurm/slurm.ts';
import type { BatchCursor } from '../src/connectors/batch/types.ts';
import { createLocalCommands } from '../src/connectors/commands/local-commands.ts';
import { figure, heading, wholeNumber } from './support/report.ts';

const folder = process.env['POMS_TEST_SLURM'];
if (folder === undefined) throw new Error('POMS_TEST_SLURM must name the folder of slurm-up.sh');
const bin = join(folder, 'bin');
const count = wholeNumber(process.argv[2], 10_000);
const submissionId = 6_000_000_000 + Math.floor(Math.random() * 1_000_000_000);
const LOOKS = 10;

const commands = createLocalCommands();
let waited = 0;
const farm = createSlurm({
  name: 'farm',
  bin,
  commands: {
    ...commands,
    run: async (words, options) => {
      const start = performance.now();
      try {
        return await commands.run(words, options);
      } finally {
        waited += performance.now() - start;
      }
    },
  },
});

const slurm = (program: string, ...words: string[]): string =>
  execFileSync(join(bin, program), words, { encoding: 'utf8', maxBuffer: 1 << 30 });

const array = slurm(
  'sbatch',
  ...['--parsable', '--hold', `--array=0-${count - 1}`, `--comment=POMS4_SUBMISSION_ID=${submissionId}`],
  ...['--output=/dev/null', '--wrap=true'],
).trim();
try {
  heading('Looks at Slurm', `${count} jobs held, in one array`);
  let cursor: BatchCursor = null;
  const look = async (): Promise<{ events: number; all: number; own: number; cpu: number }> => {
    waited = 0;
    const [start, before] = [performance.now(), process.cpuUsage()];
    const changes = await farm.changes(cursor);
    const all = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    cursor = changes.cursor;
    return { events: changes.events.length, all, own: all - waited, cpu: (user + system) / 1000 };
  };
  const first = await look();
  figure('first look: events', `${first.events}`);
  figure('first look, in all', `${first.all.toFixed(0)} ms`);
  figure('first look, of POMS', `${first.own.toFixed(0)} ms`);
  const looks: Awaited<ReturnType<typeof look>>[] = [];
  for (let n = 0; n < LOOKS; n++) looks.push(await look());
  const middle = (of: (one: (typeof looks)[number]) => number): number =>
    looks.map(of).sort((a, b) => a - b)[LOOKS / 2] ?? 0;
  figure('later looks: events', `${Math.max(...looks.map(({ events }) => events))}`);
  figure('later looks, in all, median', `${middle(({ all }) => all).toFixed(0)} ms`);
  figure('later looks, of POMS, median', `${middle(({ own }) => own).toFixed(0)} ms`);
  figure('later looks, processor time of POMS, median', `${middle(({ cpu }) => cpu).toFixed(0)} ms`);
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    slurm('squeue', '-h', '-r', '-a', '-t', 'all', '-o', '%F|%K|%T|%r|%k');
    return performance.now() - start;
  }).sort((a, b) => a - b);
  figure('reference: squeue alone, median', `${(times[2] ?? 0).toFixed(0)} ms`);
} finally {
  slurm('scancel', array);
}
