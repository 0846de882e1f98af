/** File counts of submissions: states from Data Dispatcher, children from MetaCat, their locations from Rucio. */
import { type OutputSpec, outputPatterns } from '../../../domain/output.ts';
import type { Progress, ProjectSummary } from '../types.ts';
import { filesNamed } from './mql.ts';
import { ancestorsIn, madeOf } from './output.ts';
import { filesOfProject, numbered, summaryOf } from './projects.ts';
import type { Servers } from './servers.ts';

/** Projects looked at at the same time. */
const AT_ONCE = 4;

/** One for each project, in the same order. */
export function projectSummaries(servers: Servers, projects: readonly string[]): Promise<ProjectSummary[]> {
  return inTurns(projects, async (project) =>
    summaryOf(project, await numbered(servers.dispatcher, project)),
  );
}

/** One for each item, in the same order. */
export function progress(
  servers: Servers,
  items: readonly { project: string; output: OutputSpec }[],
): Promise<Progress[]> {
  return inTurns(items, async ({ project, output }) => {
    const summary = summaryOf(project, await numbered(servers.dispatcher, project));
    if (!summary.exists) return { ...summary, childrenDeclared: 0, childrenLocated: 0 };
    return { ...summary, ...(await countChildren(servers, project, output)) };
  });
}

/** Files of the project that have a descendant for every pattern, and that have a located one for every pattern. */
async function countChildren(
  servers: Servers,
  project: string,
  output: OutputSpec,
): Promise<Pick<Progress, 'childrenDeclared' | 'childrenLocated'>> {
  const { metacat, own } = servers;
  const all = filesOfProject(project, own);
  const made = outputPatterns(output).map((pattern) => madeOf(all, { ...output, patterns: [pattern] }));
  const declared = (await metacat.count(ancestorsIn(all, made, output.depth))).files;
  if (declared === 0) return { childrenDeclared: 0, childrenLocated: 0 };
  const located = await Promise.all(made.map((query) => whereLocated(servers, query)));
  if (located.every((one) => one === 'all')) return { childrenDeclared: declared, childrenLocated: declared };
  if (located.includes('none')) return { childrenDeclared: declared, childrenLocated: 0 };
  const found = located.map((one, place) => (one === 'all' ? (made[place] ?? '') : one));
  const { files } = await metacat.count(ancestorsIn(all, found, output.depth));
  return { childrenDeclared: declared, childrenLocated: files };
}

/** Those of the files that have a location: all, none, or a query for them. Without Rucio a file that is declared has one. */
async function whereLocated({ metacat, rucio }: Servers, query: string): Promise<'all' | 'none' | string> {
  if (rucio === null) return 'all';
  const files = await metacat.files(query, { metadata: false });
  const locations = await rucio.locations(files);
  const located = files.filter(({ namespace, name }) => locations.has(`${namespace}:${name}`));
  if (located.length === files.length) return 'all';
  return located.length === 0 ? 'none' : filesNamed(located);
}

/** In the order of `items`, a few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) {
      const item = items[place];
      if (item !== undefined) results.set(place, await work(item));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
