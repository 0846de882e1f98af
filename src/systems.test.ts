import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSystems } from './systems.ts';

const folder = mkdtempSync(join(tmpdir(), 'poms-systems-'));
afterEach(() => rmSync(join(folder, 'systems.yaml'), { force: true }));

function read(text: string) {
  writeFileSync(join(folder, 'systems.yaml'), text);
  return readSystems(join(folder, 'systems.yaml'));
}

describe('the systems file', () => {
  it('names hosts and batch systems, with defaults for what it does not say', () => {
    const systems = read(`
launchHosts:
  - {name: gpvm01.example.org}
batchSystems:
  - {name: pool, kind: htcondor, commands: {host: gpvm01.example.org, account: poms}}
  - {name: farm, kind: slurm, bin: /opt/slurm/bin}
`);
    expect(systems.launchHosts).toEqual([{ name: 'gpvm01.example.org', port: null, sshConfig: null }]);
    expect(systems.batchSystems).toEqual([
      {
        name: 'pool',
        kind: 'htcondor',
        commands: { host: 'gpvm01.example.org', account: 'poms', setup: '' },
        bin: null,
        pollSeconds: 2,
        schedds: [],
        pool: null,
      },
      { name: 'farm', kind: 'slurm', commands: 'local', bin: '/opt/slurm/bin', pollSeconds: 2 },
    ]);
  });

  it('may be empty', () => {
    expect(read('')).toEqual({ launchHosts: [], batchSystems: [] });
  });

  it.each([
    ['batchSystems: [{name: pool, kind: pbs}]', 'batchSystems.0.kind'],
    ['batchSystems: [{name: local, kind: slurm}]', 'batch system local stands there twice, or is built in'],
    [
      'batchSystems: [{name: a, kind: slurm, commands: {host: x, account: y}}]',
      'x is not among the launch hosts',
    ],
    ['launchHosts: [{name: a}, {name: a}]', 'launch host a stands there twice'],
    ['launchHosts: [{name: "-oProxyCommand=x"}]', 'must be a host name'],
    ['launchHosts: [{name: a, address: "-oProxyCommand=x"}]', 'must be a host name'],
    ['launchHosts: [{name: a, keyfile: x}]', 'keyfile'],
    ['launchHosts: {', 'POMS_SYSTEMS'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });

  it('that cannot be read stops the start', () => {
    expect(() => readSystems('/nowhere/systems.yaml')).toThrow('cannot read /nowhere/systems.yaml');
  });
});
