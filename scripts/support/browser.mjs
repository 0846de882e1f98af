// A Chromium for the browser suite: the one that CHROMIUM_PATH names, an installed one, or Debian's, installed now.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, say } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** `{ env }` with CHROMIUM_PATH, or `{ missing }` with the reason. */
export async function findBrowser() {
  const found = process.env.CHROMIUM_PATH ?? onPath();
  if (found !== undefined) return { env: { CHROMIUM_PATH: found } };
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return {
      missing:
        'no Chromium was found, and it can be installed only by root: install it, or set CHROMIUM_PATH',
    };
  }
  say('Installing Chromium (apt-get).');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await capture('apt-get', ['update', '-q'], options);
    const { output } = await capture(
      'apt-get',
      ['install', '-q', '-y', '--no-install-recommends', 'chromium'],
      options,
    );
    const installed = onPath();
    if (installed !== undefined) return { env: { CHROMIUM_PATH: installed } };
    return { missing: `Chromium could not be installed: ${output.trim().split('\n').at(-1)}` };
  } catch (error) {
    return { missing: `no Chromium was found, and apt-get cannot be run (${error.message})` };
  }
}

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
