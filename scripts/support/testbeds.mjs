// Real outside systems for the suites that need them, brought up on this machine from Debian's packages by the scripts
// in test/systems/testbeds. Each gives `{ env, down }`, or `{ missing }` with the reason.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, say } from './say.mjs';

const SCRIPTS = 'test/systems/testbeds';
/** Suites that work on a testbed at this moment, by its name: the last one takes it down. */
const users = new Map();
/** One testbed is brought up or taken down at a time, for all of them call the package manager. */
let turn = Promise.resolve();

/** A pool of HTCondor: POMS_TEST_CONDOR is its folder. */
export const condorPool = () =>
  bringUp({
    name: 'HTCondor',
    script: 'condor',
    variable: 'POMS_TEST_CONDOR',
    root: 'CONDOR_ROOT',
    also: launchHost,
  });

/** A Slurm cluster with accounting: POMS_TEST_SLURM is its folder. */
export const slurmCluster = () =>
  bringUp({
    name: 'Slurm',
    script: 'slurm',
    variable: 'POMS_TEST_SLURM',
    root: 'SLURM_ROOT',
    env: { SLURM_REST: '0' },
    also: launchHost,
  });

/** An sshd with an account of its own: POMS_TEST_SSH is its folder. */
export const launchHost = () =>
  bringUp({
    name: 'sshd',
    script: 'sshd',
    variable: 'POMS_TEST_SSH',
    root: 'SSHD_ROOT',
    stop: ['sshd-up.sh', '--stop'],
  });

function inTurn(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** The folder is the same every time: what was unpacked there works only at its path, and saves the next unpacking. */
async function bringUp({ name, script, variable, root, env = {}, also, stop = [`${script}-down.sh`] }) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { missing: `${name} is installed from Debian's packages, which only root can do` };
  }
  const before = also === undefined ? { env: {} } : await also();
  if (before.missing !== undefined) return before;
  const folder = join(tmpdir(), 'poms-testbeds', script);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const options = { env: { ...process.env, ...env, [root]: folder } };
  say(`Starting ${name} in ${folder}.`);
  users.set(name, (users.get(name) ?? 0) + 1);
  const down = async () => {
    users.set(name, users.get(name) - 1);
    if (users.get(name) === 0) {
      await inTurn(() => capture('bash', [join(SCRIPTS, stop[0]), ...stop.slice(1)], options));
    }
    await before.down?.();
  };
  const cannot = async (missing) => {
    await down();
    return { missing };
  };
  try {
    const { code, output } = await inTurn(async () => {
      const up = () => capture('bash', [join(SCRIPTS, `${script}-up.sh`)], options);
      const first = await up();
      if (first.code === 0) return first;
      // Most likely Debian's lists of packages are missing or old.
      await capture('apt-get', ['update', '-q'], options);
      return up();
    });
    if (code !== 0) return cannot(`${name} did not start: ${output.trim().split('\n').at(-1)}`);
  } catch (error) {
    return cannot(`${name} cannot be started: ${error.message}`);
  }
  return { env: { ...before.env, [variable]: folder }, down };
}
