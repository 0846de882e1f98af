// What every job of the sample does with POMS: take files from the project, write files and declare them. All
// through the command poms-files, as a job in any other language would.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { POMS4_SUBMISSION_ID: submission, POMS_PROJECT: project, POMS_OUTPUT_DIR: folder } = process.env;
if (!submission || !folder)
  fail('must run as a job of POMS: POMS4_SUBMISSION_ID and POMS_OUTPUT_DIR are not set');

export { project, submission };

/** The job's options, `--name=value`; unknown ones are an error. */
export function options(defaults) {
  const known = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]),
  );
  return parseArgs({ options: known }).values;
}

/** Ends the job with a sentence in its log; 1 when something around the job is wrong. */
export function fail(sentence, status = 1) {
  console.error(`quakes: ${sentence}`);
  process.exit(status);
}

/** Runs poms-files and returns what it prints; exit status 1 of `next` means that no file is left. */
export function pomsFiles(...args) {
  try {
    return execFileSync('poms-files', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  } catch (error) {
    if (args[0] === 'next' && error.status === 1) return null;
    return fail(`poms-files ${args.join(' ')} failed (${error.status ?? error.message})`);
  }
}

/**
 * Takes files from the submission's project until none is left. `work(path, name)` makes the output of one file;
 * when it throws, the file is reported as failed and the next one is taken: that is what recoveries look for.
 * Returns how many were done and failed.
 */
export function eachFile(version, work) {
  const counts = { done: 0, failed: 0 };
  const taker = pomsFiles('begin', project, 'quakes', version);
  for (
    let next = pomsFiles('next', project, taker);
    next !== null;
    next = pomsFiles('next', project, taker)
  ) {
    const [path, name] = next.split('\t');
    try {
      work(path, name);
      // Only now: a job that dies before this line leaves the file to the next one.
      pomsFiles('done', project, taker, name);
      counts.done += 1;
    } catch (error) {
      console.error(`quakes: ${name}: ${error.message}`);
      pomsFiles('failed', project, taker, name);
      counts.failed += 1;
    }
  }
  pomsFiles('end', project, taker);
  console.log(`${counts.done} files done, ${counts.failed} failed`);
  return counts;
}

/**
 * All input of the submission, `{ name, path }` each: for a job whose output is made of all of it, like a sum. It
 * is what the project was made of, also when the job runs a second time and an earlier run has taken files already.
 * Taking the files (`eachFile`) comes last then, when the output is there.
 */
export function wholeInput() {
  const names = pomsFiles('list', `snapshot_for_project_name ${project}`).split('\n').filter(Boolean).sort();
  if (names.length === 0) fail('there is no input');
  return names.map((name) => ({ name, path: pathOf(name) }));
}

function pathOf(name) {
  const usual = join(folder, name);
  if (existsSync(usual)) return usual;
  // Somebody has moved it. A location is the folder of a file, or its whole path.
  const location = pomsFiles('locate', name).split('\n')[0];
  return location.endsWith(`/${name}`) ? location : join(location, name);
}

/** Number of the part in a file's name: `quakes-raw-12-07.ndjson` is part 07. */
export function partOf(name) {
  return /-(\d+)\.\w+$/.exec(name)?.[1] ?? fail(`${name} is not named as files of this campaign are`);
}

/**
 * Writes files to the output folder and declares them, all in one call: `{ name, text, metadata }` each. The same
 * content gives the same file and the same declaration, so it does no harm when a job runs twice. Names carry the
 * submission's id: no two clash.
 */
export function publish(...files) {
  const description = join(mkdtempSync(join(tmpdir(), 'quakes-')), 'metadata.json');
  writeFileSync(description, JSON.stringify(files.map(written)));
  pomsFiles('declare', description);
}

/** Writes one file; returns its description for the catalogue. */
function written({ name, text, metadata }) {
  const place = join(folder, name);
  // Moved into place: nobody ever sees half a file.
  writeFileSync(`${place}.${process.pid}`, text);
  renameSync(`${place}.${process.pid}`, place);
  return {
    file_name: name,
    file_type: 'data',
    file_format: name.split('.').at(-1),
    file_size: Buffer.byteLength(text),
    checksum: [`sha256:${createHash('sha256').update(text).digest('hex')}`],
    locations: [place],
    ...metadata,
  };
}

/** The application as the catalogue knows it; the version is the stage's, by which POMS finds its output. */
export function application(name, version) {
  return { family: 'quakes', name, version };
}

/** Records as lines of JSON, one a line, and back. */
export const lines = {
  write: (records) => records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  read: (text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
};
