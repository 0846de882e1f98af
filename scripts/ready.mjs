// Makes a clone ready to run: packages installed, server and console built, each only when it is not so already.
// Works before anything is installed, so it imports nothing but Node's own modules.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLES, build, current } from './support/bundles.mjs';
import { alone } from './support/lock.mjs';
import { install, installed } from './support/packages.mjs';
import { Trouble } from './support/say.mjs';

/** The folder of the project, without a slash at its end. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/**
 * Brings the project to the asked state and says in a line what it does; says nothing when nothing is to do.
 * `server` and `web`: bundles that must be current. `dev`: packages for development and tests must be there.
 * Throws `Trouble` with one sentence for what a person must solve.
 */
export async function ready({ server = true, web = true, dev = false } = {}) {
  checkNode();
  const wanted = [server && BUNDLES.server, web && BUNDLES.web].filter(Boolean);
  const stale = () => wanted.filter((bundle) => !current(root, bundle));
  const complete = () => {
    const build = stale();
    return { build, packages: installed(root, { dev: dev || build.length > 0 }) };
  };
  const before = complete();
  if (before.packages && before.build.length === 0) return;
  await alone(root, async () => {
    // Another process may have done it while this one waited.
    const now = complete();
    if (!now.packages) await install(root);
    for (const bundle of now.build) await build(root, bundle);
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Trouble(
    `POMS needs Node.js ${OLDEST_NODE.join('.')} or later, this is ${process.versions.node}: install a newer one from your distribution or nodejs.org.`,
  );
}
