/** Part of the composition root: the launch hosts, batch systems and data handlings of the systems file, ready for the engine. */
import type { Config } from './config.ts';
import { createHtcondor } from './connectors/batch/htcondor/htcondor.ts';
import { createJobsub } from './connectors/batch/jobsub/jobsub.ts';
import { createSlurm } from './connectors/batch/slurm/slurm.ts';
import type { BatchSystem, Submitter } from './connectors/batch/types.ts';
import { createLocalCommands } from './connectors/commands/local-commands.ts';
import { createSshCommands } from './connectors/commands/ssh-commands.ts';
import type { Commands } from './connectors/commands/types.ts';
import { createMetacat } from './connectors/data/metacat/metacat.ts';
import { createSam } from './connectors/data/sam/sam.ts';
import type { DataHandling } from './connectors/data/types.ts';
import { createSshHost } from './connectors/hosts/ssh/ssh-host.ts';
import type { HostPlace, LaunchHost } from './connectors/hosts/types.ts';
import { controlFolder } from './connectors/ssh/control-folder.ts';
import type { SshTarget } from './connectors/ssh/ssh.ts';
import { PomsError } from './errors.ts';
import type { BatchSystemSetting, DataHandlingSetting } from './systems.ts';

export interface OutsideSystems {
  /** By a login setup's host and account. Throws `outside-system` for a host that is not in the systems file. */
  host(name: string, account: string): LaunchHost;
  /** The hosts and accounts that were asked for so far. */
  places(): HostPlace[];
  batchSystems: ReadonlyMap<string, BatchSystem>;
  dataHandlings: ReadonlyMap<string, DataHandling>;
}

/** Where the commands of a batch system run, as the systems file says. */
type CommandsOf = (place: BatchSystemSetting['commands']) => Commands;

/** With the account that launched a submission; null on this machine, where all act as the account of POMS. */
type CommandsAs = (submitter: Submitter) => Commands | null;

/**
 * Adds what the systems file names to this machine and its batch system. Connects to nothing yet. `instance`: of this
 * POMS, see database/instance.ts.
 */
export function connectSystems(
  config: Config,
  instance: string,
  local: { host: LaunchHost; batch: BatchSystem; data: DataHandling },
): OutsideSystems {
  const targetOf = sshTargets(config);
  const places = new Map<string, HostPlace>();
  const commandsOf: CommandsOf = (place) =>
    place === 'local'
      ? createLocalCommands()
      : createSshCommands(targetOf(place.host, place.account), { setup: place.setup });
  const commandsAs: CommandsAs = ({ host, account, setup }) =>
    host === 'local' || host === 'localhost' ? null : commandsOf({ host, account, setup });
  const systems = config.systems.batchSystems.map((setting) =>
    createBatchSystem(setting, { instance, commandsOf, commandsAs }),
  );
  return {
    host: (name, account) => {
      if (name === 'local' || name === 'localhost') return local.host;
      const key = `${account}@${name}`;
      const options = { folder: config.dataDir, instance };
      const place = places.get(key) ?? {
        name,
        account,
        host: createSshHost(targetOf(name, account), options),
      };
      places.set(key, place);
      return place.host;
    },
    places: () => [...places.values()],
    batchSystems: new Map([local.batch, ...systems].map((system) => [system.name, system])),
    dataHandlings: new Map(
      [local.data, ...config.systems.dataHandlings.map(createDataHandling)].map((data) => [data.name, data]),
    ),
  };
}

/** Each kind is a case here. */
function createDataHandling(setting: DataHandlingSetting): DataHandling {
  switch (setting.kind) {
    case 'sam':
      return createSam(setting);
    case 'metacat':
      return createMetacat(setting);
  }
}

/** Each kind is a case here; `commandsOf(setting.commands)` gives its commands. */
function createBatchSystem(
  setting: BatchSystemSetting,
  { instance, commandsOf, commandsAs }: { instance: string; commandsOf: CommandsOf; commandsAs: CommandsAs },
): BatchSystem {
  const { name, bin, pollSeconds, commands } = setting;
  const common = { name, bin, pollMs: pollSeconds * 1000, commands: commandsOf(commands), commandsAs };
  switch (setting.kind) {
    case 'slurm':
      return createSlurm({ ...common, instance });
    case 'htcondor':
      return createHtcondor({ ...common, instance, schedds: setting.schedds, pool: setting.pool });
    case 'jobsub':
      return createJobsub({ ...common, instance, schedds: setting.schedds, pool: setting.pool });
  }
}

/** How ssh reaches a host of the systems file with an account. */
function sshTargets({ dataDir, systems }: Config): (host: string, account: string) => SshTarget {
  const hosts = new Map(systems.launchHosts.map((host) => [host.name, host]));
  return (name, account) => {
    const host = hosts.get(name);
    if (host === undefined) throw unknownHost(name);
    return {
      name,
      address: host.address ?? name,
      port: host.port,
      account,
      configFile: host.sshConfig,
      controlFolder: controlFolder(dataDir),
    };
  };
}

function unknownHost(name: string): PomsError {
  return new PomsError('outside-system', {
    system: `Launch host ${name}`,
    problem: 'it is not in the systems file of this POMS',
  });
}
