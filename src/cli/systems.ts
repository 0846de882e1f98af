/** `poms systems`: launch hosts, batch systems and data handlings, and whether they can be reached. */
import type { Command } from 'commander';
import { type SystemsView, systemsView } from '../services/systems/schema.ts';
import { apiCommand, type CommonOptions, contextOf } from './context.ts';
import { type Column, table, when } from './output.ts';

export function addSystemsCommand(program: Command): void {
  apiCommand(
    program,
    'systems',
    'launch hosts, batch systems and data handlings, and whether they can be reached',
  ).action(async (options: CommonOptions) => {
    const context = contextOf(options);
    const view = await context.client.get('/systems', systemsView);
    context.print(view, () => {
      const hosts = table(context.screen, HOSTS, view.launchHosts, 'There are no launch hosts.');
      const systems = table(context.screen, SYSTEMS, view.batchSystems, 'There are no batch systems.');
      const data = table(context.screen, DATA, view.dataHandlings, 'There are no data handlings.');
      return `${hosts}\n${systems}\n${data}`;
    });
  });
}

type HostRow = SystemsView['launchHosts'][number];
type SystemRow = SystemsView['batchSystems'][number];

const trouble = ({ accounts }: HostRow) => accounts.filter((one) => !one.reachable);

function hostState(row: HostRow): string {
  if (trouble(row).length > 0) return 'away';
  return row.accounts.length === 0 && row.name !== 'local' ? 'not asked yet' : 'ok';
}

const HOSTS: Column<HostRow>[] = [
  { title: 'launch host', cell: (row) => row.name },
  { title: 'running', cell: ({ launches }) => `${launches.running} of ${launches.limit}` },
  { title: 'queued', cell: ({ launches }) => launches.queued },
  {
    title: 'state',
    cell: hostState,
    colour: (row) => (trouble(row).length === 0 ? null : 'red'),
  },
  {
    title: '',
    cell: (row) =>
      trouble(row)
        .map((one) => `${one.account} since ${when(one.since)}: ${one.problem}`)
        .join('; '),
  },
];

const SYSTEMS: Column<SystemRow>[] = [
  { title: 'batch system', cell: (row) => row.name },
  { title: 'looked', cell: (row) => when(row.looked) },
  {
    title: 'state',
    cell: (row) => (row.problem !== null ? 'trouble' : row.looked === null ? 'not asked yet' : 'ok'),
    colour: (row) => (row.problem === null ? null : 'red'),
  },
  { title: '', cell: (row) => row.problem ?? '' },
];

type DataRow = SystemsView['dataHandlings'][number];

const DATA: Column<DataRow>[] = [
  { title: 'data handling', cell: (row) => row.name },
  { title: 'queries', cell: ({ language }) => (language === 'sam' ? 'SAM dimensions' : 'MQL') },
  {
    title: 'state',
    cell: ({ name, link }) =>
      link === null ? (name === 'catalogue' ? 'built in' : 'not asked yet') : link.reachable ? 'ok' : 'away',
    colour: ({ link }) => (link === null || link.reachable ? null : 'red'),
  },
  {
    title: '',
    cell: ({ link }) =>
      link === null || link.reachable
        ? null
        : `since ${when(link.since)}: ${link.problem}; tried again at ${when(link.nextTry)}`,
  },
];
