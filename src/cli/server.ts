/** `poms serve`, `poms work`, `poms db migrate`, `poms settings`: what an administrator runs on the server's machine. */
import type { Command } from 'commander';
import { describeSettings, readConfig } from '../config.ts';
import { migrateDatabase, startPoms } from '../main.ts';
import { standardScreen, table, toJson } from './output.ts';
import { untilStopped } from './signals.ts';

export function addServerCommands(program: Command): void {
  program
    .command('serve')
    .description('run web server and engine until stopped')
    .option('--no-engine', 'the web server only; run poms work beside it')
    .action((options: { engine: boolean }) => runServer({ engine: options.engine, web: true }));
  program
    .command('work')
    .description('run the engine only, until stopped')
    .action(() => runServer({ engine: true, web: false }));
  program
    .command('db')
    .description('the database')
    .command('migrate')
    .description('bring the database to this version')
    .option('--json', 'print JSON')
    .action(bringDatabaseUp);
  program
    .command('settings')
    .description('all settings with their present values')
    .option('--json', 'print JSON')
    .action(showSettings);
}

async function runServer(options: { engine: boolean; web: boolean }): Promise<void> {
  const running = await startPoms(readConfig(), options);
  process.stderr.write(running.url === null ? 'The engine runs.\n' : `POMS is at ${running.url}\n`);
  await untilStopped();
  await running.stop();
}

async function bringDatabaseUp(options: { json?: boolean }): Promise<void> {
  const applied = await migrateDatabase(readConfig());
  const text =
    applied.length === 0
      ? 'The database is up to date.\n'
      : applied.map((name) => `applied ${name}\n`).join('');
  process.stdout.write(options.json === true ? toJson({ applied }) : text);
}

function showSettings(options: { json?: boolean }): void {
  const settings = describeSettings().map((setting) => ({
    ...setting,
    value: hidePassword(process.env[setting.name] ?? ''),
  }));
  const columns = [
    { title: 'setting', cell: (row: (typeof settings)[number]) => row.name },
    { title: 'value', cell: (row: (typeof settings)[number]) => row.value },
    { title: 'default', cell: (row: (typeof settings)[number]) => row.default },
    { title: 'what it is for', cell: (row: (typeof settings)[number]) => row.help },
  ];
  process.stdout.write(
    options.json === true ? toJson(settings) : table(standardScreen(), columns, settings, 'none'),
  );
}

/** The password of a URL is nobody's business on a screen. */
function hidePassword(value: string): string {
  return value.replace(/^(\w+:\/\/[^:/@]*:)[^@]*@/, '$1***@');
}
