// The checks that read the source: what each is called and what it runs. Tools are run by Node from node_modules,
// which saves the start of npx.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `slow` ones are left out by `--quick`. `needs`: a path without which there is nothing to check yet. `proof`: what
 * the output must show besides exit status 0, for a tool that reports success when it has looked at nothing.
 */
const CHECKS = [
  { name: 'types: server', run: ['typescript/bin/tsc', '-p', '.', ...remembered('server')] },
  {
    name: 'types: console',
    run: ['typescript/bin/tsc', '--noEmit', '-p', 'web', ...remembered('console')],
    needs: 'web/tsconfig.json',
  },
  { name: 'format and lint', run: ['@biomejs/biome/bin/biome', 'check', '.'] },
  { name: 'promises', run: ['oxlint/bin/oxlint', '--type-aware', 'src', 'web', 'test', 'scripts'] },
  {
    name: 'import rules',
    run: ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'web', 'test', 'scripts'],
    proof: /\((?:[1-9]\d{2,}) modules/,
  },
  { name: 'unused code', run: ['knip/bin/knip.js', '--no-progress'], slow: true },
  { name: 'generated files', script: 'scripts/generate.mjs', args: ['--check'], slow: true },
];

/** The compiler keeps what it learned of unchanged files beside the packages: a quarter of the time the next time. */
function remembered(name) {
  return ['--incremental', '--tsBuildInfoFile', `node_modules/.cache/types/${name}.json`];
}

/** Each with the arguments that Node is given. */
export function checks(root, { quick }) {
  return CHECKS.filter((check) => !(quick && check.slow))
    .filter((check) => check.needs === undefined || existsSync(join(root, check.needs)))
    .map((check) => ({ ...check, command: commandOf(root, check) }));
}

function commandOf(root, check) {
  if (check.script !== undefined) return [join(root, check.script), ...check.args];
  const [program, ...args] = check.run;
  return [join(root, 'node_modules', program), ...args];
}
