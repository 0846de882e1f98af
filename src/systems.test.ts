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

const metacat = (more: string) =>
  `dataHandlings: [{kind: metacat, metacat: "http://a", dispatcher: "http://b", ${more}}]`;

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

  it('names data handlings', () => {
    const { dataHandlings } = read(`
dataHandlings:
  - name: dune
    kind: metacat
    metacat: https://metacat.example.org/{experiment}
    dispatcher: https://dispatcher.example.org/{experiment}
    tokenFile: /etc/poms/token
`);
    expect(dataHandlings).toMatchObject([
      {
        name: 'dune',
        kind: 'metacat',
        namespace: 'poms',
        login: 'token',
        user: 'poms',
        auth: null,
        rucio: null,
      },
    ]);
  });

  it('may be empty', () => {
    expect(read('')).toEqual({ launchHosts: [], batchSystems: [], dataHandlings: [] });
  });

  it.each([
    ['batchSystems: [{name: pool, kind: pbs}]', 'batchSystems.0.kind'],
    ['batchSystems: [{name: local, kind: slurm}]', 'batch system local stands there twice, or is built in'],
    [
      'batchSystems: [{name: a, kind: slurm, commands: {host: x, account: y}}]',
      'x is not among the launch hosts',
    ],
    [metacat('name: catalogue, tokenFile: /t'), 'data handling catalogue stands there twice, or is built in'],
    [metacat('name: a, login: x509'), 'data handling a: login x509 needs a certificate'],
    [metacat('name: a'), 'data handling a: login token needs a tokenFile'],
    [metacat('name: a, tokenFile: /t, key: /k'), 'data handling a: certificate and key belong together'],
    [metacat('name: a, tokenFile: /t, rucio: "ftp://x"'), 'dataHandlings.0.rucio: must be a URL'],
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
