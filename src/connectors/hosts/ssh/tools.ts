/**
 * What a launch needs of POMS's own on the far side: the folders it has first on its PATH, and the runner. They are
 * copied once, below a name made of their content, so that another version of POMS never changes them under a launch.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageRoot } from '../../../package-root.ts';
import { shellWord } from '../../shell-words.ts';

export interface Tools {
  /** Of all that is in them. */
  hash: string;
  /** Shell text that copies them: calls of remote.sh. */
  copying: string;
  /** The launch's folders as the beginning of a PATH, shell text. */
  path: string;
}

const connectors = join(packageRoot, 'src', 'connectors');
const RUNNER = [join(connectors, 'run-apart.sh'), join(connectors, 'hosts', 'local', 'launch-runner.sh')];
/** Where tools are on the far side, as remote.sh is told too. */
export const toolsFolder = (hash: string): string => `"$HOME"/.poms/tools/${hash}`;

/**
 * Folders of this POMS are copied (their files, not what is below); others are meant as folders of the launch host.
 * Throws an Error for a file that cannot be read, or is not text.
 */
export async function gatherTools(path: readonly string[]): Promise<Tools> {
  const folders = path.map((folder, index) => (isOurs(folder) ? { name: `path-${index}`, folder } : null));
  const copied = folders.filter((one) => one !== null);
  const files = [
    ...(await Promise.all(RUNNER.map((file) => readTool(file, 'runner')))),
    ...(await Promise.all(copied.map(readFolder))).flat(),
  ];
  const adding = files.map(
    ({ name, mode, text }) => `add_tool ${shellWord(name)} ${mode} ${shellWord(text)}`,
  );
  const beginning = ['begin_tools', 'runner', ...copied.map(({ name }) => name)].join(' ');
  const copying = [beginning, ...adding, 'end_tools'].join('\n');
  const hash = createHash('sha256').update(copying).digest('hex').slice(0, 24);
  const words = path.map((folder, index) => {
    const name = folders[index]?.name;
    return name === undefined ? shellWord(folder) : `${toolsFolder(hash)}/${name}`;
  });
  return { hash, copying, path: words.join(':') };
}

const isOurs = (folder: string): boolean => folder.startsWith(`${packageRoot}/`);

async function readFolder({ name, folder }: { name: string; folder: string }) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name));
  return Promise.all(files.sort().map((file) => readTool(file, name)));
}

async function readTool(file: string, folder: string) {
  const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
  return { name: `${folder}/${basename(file)}`, mode: (mode & 0o111) === 0 ? '600' : '700', text };
}
