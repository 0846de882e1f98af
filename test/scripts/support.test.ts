/** The scripts that make a clone ready: plain JavaScript, for they run before anything is installed. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';

const script = (name: string) => import(join(packageRoot, 'scripts', 'support', name));
const { installed } = await script('packages.mjs');
const { alone } = await script('lock.mjs');
const { fingerprint } = await script('sources.mjs');
const { current } = await script('bundles.mjs');
const { knownTrouble } = await script('say.mjs');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'poms-ready-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('packages are installed', () => {
  const lock = {
    packages: {
      '': { name: 'poms' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', dev: true },
      'node_modules/c': { version: '3.0.0', optional: true },
    },
  };
  const present = (versions: Record<string, string>) =>
    write('node_modules/.package-lock.json', {
      packages: Object.fromEntries(
        Object.entries(versions).map(([name, version]) => [`node_modules/${name}`, { version }]),
      ),
    });

  it('when npm has ended well with what the lock file says', () => {
    write('package-lock.json', lock);
    expect(installed(root, { dev: true })).toBe(false);
    present({ a: '1.0.0', b: '2.0.0', c: '3.0.0' });
    expect(installed(root, { dev: true })).toBe(true);
    present({ a: '1.0.1', b: '2.0.0' });
    expect(installed(root, { dev: true })).toBe(false);
  });

  it('without optional ones, and without those for development where they are not needed', () => {
    write('package-lock.json', lock);
    present({ a: '1.0.0' });
    expect(installed(root, { dev: false })).toBe(true);
    expect(installed(root, { dev: true })).toBe(false);
  });
});

describe('only one prepares at a time', () => {
  it('makes the second wait for the first', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(50);
      inside -= 1;
    };
    await Promise.all([alone(root, work), alone(root, work), alone(root, work)]);
    expect(most).toBe(1);
  });

  it('breaks the lock of a process that died', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('close', resolve));
    write('.cache/ready.lock/pid', String(child.pid));
    expect(await alone(root, async () => 'done')).toBe('done');
  });

  it('gives the lock up when the work fails', async () => {
    await expect(alone(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await alone(root, async () => 'done')).toBe('done');
  });
});

describe('a bundle is current', () => {
  const bundle = { entry: 'src/a.ts', sources: ['src'], result: 'dist/a.mjs' };

  it('as long as its sources are what it was made of; tests do not count', () => {
    write('src/a.ts', 'one');
    expect(current(root, bundle)).toBe(false);
    write('dist/a.mjs', '');
    write('dist/.a.mjs.sources', fingerprint(root, ['src']));
    expect(current(root, bundle)).toBe(true);
    write('src/a.test.ts', 'test');
    expect(current(root, bundle)).toBe(true);
    write('src/a.ts', 'two');
    expect(current(root, bundle)).toBe(false);
  });

  it('when there are no sources to make another of', () => {
    expect(current(root, bundle)).toBe(true);
  });
});

it.each([
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EAI_AGAIN', /cannot reach its registry/],
  ['error TS2304: Cannot find name', null],
])('tells what %j means in a sentence, or nothing', (output, sentence) => {
  const told = knownTrouble(output, root);
  if (sentence === null) expect(told).toBeNull();
  else expect(told).toMatch(sentence);
});
