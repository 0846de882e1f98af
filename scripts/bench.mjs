// `npm run bench` lists the benchmarks, `npm run bench -- NAME [ARGUMENT...]` runs one of bench/*.ts.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';
import { giveUp, say } from './support/say.mjs';

const folder = join(root, 'bench');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

/** The first line of a benchmark's own description. */
function purpose(name) {
  const [, first = ''] =
    readFileSync(join(folder, `${name}.ts`), 'utf8').match(/^\/\*\*\s*(?:\* )?(.+)$/m) ?? [];
  return first.replace(/\s*\*\/$/, '');
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined) {
  for (const one of names) console.log(`${one.padEnd(12)} ${purpose(one)}`);
} else if (!names.includes(name)) {
  say(`There is no benchmark ${name}; there are ${names.join(', ')}.`);
  process.exitCode = 2;
} else {
  await ready({ dev: true }).catch(giveUp);
  const run = spawnSync(process.execPath, ['--import', 'tsx', join(folder, `${name}.ts`), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = run.status ?? 1;
}
