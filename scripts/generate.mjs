// Writes the files that are made from others: types of the database's tables, error and settings pages.
// `--check` writes nothing and fails when one is out of date.
import { spawnSync } from 'node:child_process';

const result = spawnSync(
  process.execPath,
  ['--import', 'tsx', 'scripts/generate.ts', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exit(result.status ?? 1);
