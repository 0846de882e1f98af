// The two things that are built: the server with its command line (dist/poms.mjs) and the console (dist/web).
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { capture, knownTrouble, say, seconds, Trouble } from './say.mjs';
import { fingerprint } from './sources.mjs';

const COMMON = ['package.json', 'package-lock.json', 'scripts/support/bundles.mjs'];

/** Each: what it is called, what it is made from, what shows that it is there, and how it is made. */
export const BUNDLES = {
  server: {
    title: 'the server',
    sources: ['src', ...COMMON],
    entry: 'src/cli/main.ts',
    result: 'dist/poms.mjs',
    build: buildServer,
  },
  web: {
    title: 'the console',
    // It takes types and schemas from the server's sources.
    sources: ['web', 'src', ...COMMON],
    entry: 'web/index.html',
    result: 'dist/web/index.html',
    build: buildWeb,
  },
};

/** An installation may come without sources: then what was built elsewhere is taken as it is. */
export function current(root, bundle) {
  if (!existsSync(join(root, bundle.entry))) return true;
  const stamp = stampFile(root, bundle);
  if (!existsSync(join(root, bundle.result)) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(root, bundle.sources);
}

export async function build(root, bundle) {
  const start = performance.now();
  // Taken first: what is changed while the build runs is built next time.
  const print = fingerprint(root, bundle.sources);
  mkdirSync(join(root, 'dist'), { recursive: true });
  try {
    await bundle.build(root);
    writeFileSync(stampFile(root, bundle), print);
  } catch (error) {
    const known = knownTrouble(String(error?.message ?? error), root);
    if (known !== null) throw new Trouble(known);
    throw error instanceof Trouble
      ? error
      : new Trouble(`Building ${bundle.title} failed: ${error?.message ?? error}`);
  }
  say(`Built ${bundle.title} in ${seconds(start)}.`);
}

function stampFile(root, bundle) {
  return join(root, 'dist', `.${bundle.result.split('/')[1]}.sources`);
}

async function buildServer(root) {
  const esbuild = await import(pathToFileURL(join(root, 'node_modules/esbuild/lib/main.js')).href);
  const out = join(root, 'dist', 'poms.mjs');
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    outfile: out,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    write: false,
    logLevel: 'silent',
  });
  // Moved into place: a server that runs from the old file goes on with the old file.
  for (const file of result.outputFiles) {
    writeFileSync(`${file.path}.new`, file.contents);
    renameSync(`${file.path}.new`, file.path);
  }
}

async function buildWeb(root) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const fresh = join(root, 'dist', 'web.new');
  const { code, output } = await capture(
    process.execPath,
    [vite, 'build', 'web', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (code !== 0)
    throw new Trouble(knownTrouble(output, root) ?? `Building the console failed:\n${output.trim()}`);
  const place = join(root, 'dist', 'web');
  rmSync(place, { recursive: true, force: true });
  renameSync(fresh, place);
}
