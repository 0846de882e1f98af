/**
 * Definitions as datasets of MetaCat: lists of files, filled from a query when they are defined, with the query kept in
 * their metadata (docs/adr/0017-metacat.md tells why they are not named queries).
 */
import { createHash } from 'node:crypto';
import { PomsError } from '../../../errors.ts';
import type { Dataset } from '../types.ts';
import type { MetacatDataset } from './metacat-client.ts';
import { type Did, filesFrom, minus } from './mql.ts';
import { parseDataset } from './names.ts';
import type { Servers } from './servers.ts';

const QUERY = 'poms.query';
const DIGEST = 'poms.query_digest';
/** Longer queries list files one by one, which the dataset itself does. */
const LONGEST_KEPT = 10_000;

/** The name of a dataset; error `bad-query` for a text that is none. */
export function datasetNamed(text: string, own: string): Did {
  const did = parseDataset(text, own);
  if (did === null) throw new PomsError('bad-query', { problem: `${text} is no name of a dataset.` });
  return did;
}

/**
 * Creates the dataset with the files that the query finds now. Where there is one: with `replace` it has, in the end,
 * the files that the query finds now; without, it must be of the same query (error `name-taken`). May be repeated.
 */
export async function defineDataset(
  { metacat }: Servers,
  did: Did,
  query: string,
  replace: boolean,
  description = '',
): Promise<void> {
  const metadata = {
    [DIGEST]: createHash('sha256').update(query).digest('hex'),
    ...(query.length <= LONGEST_KEPT ? { [QUERY]: query } : {}),
  };
  if (await metacat.createDataset({ ...did, files: query, frozen: false, description, metadata })) return;
  const name = `${did.namespace}:${did.name}`;
  if (!replace) {
    const there = await metacat.dataset(did);
    if (there?.metadata?.[DIGEST] === metadata[DIGEST]) return;
    throw new PomsError('name-taken', { kind: 'dataset', name });
  }
  // Whoever reads meanwhile may see a mixture, but a step that died here is repeated and ends the same.
  const now = filesFrom([did]);
  await metacat.removeFiles(did, minus(now, query));
  await metacat.addFiles(did, minus(query, now));
  await metacat.describeDataset(did, { [QUERY]: null, ...metadata });
}

/** The dataset has these files too; it is made where there is none. May be repeated. */
export async function addToDataset(
  { metacat }: Servers,
  did: Did,
  query: string,
  description: string,
): Promise<void> {
  const wanted = { ...did, files: query, frozen: false, description, metadata: {} };
  if (!(await metacat.createDataset(wanted))) await metacat.addFiles(did, query);
}

/** Its query, or null where there is no such dataset. */
export async function describe({ metacat, own }: Servers, name: string): Promise<string | null> {
  const did = parseDataset(name, own);
  if (did === null) return name.trim() === '' ? null : name.trim();
  const dataset = await metacat.dataset(did);
  return dataset === null ? null : queryOf(dataset);
}

function queryOf({ namespace, name, metadata }: MetacatDataset): string {
  const query = metadata?.[QUERY];
  return typeof query === 'string' ? query : filesFrom([{ namespace, name }]);
}

/** MetaCat tells all datasets at once; they are put in order and cut into pages here. */
export async function listDatasets(
  { metacat }: Servers,
  { like, after, limit }: { like?: string; after?: string; limit: number },
): Promise<{ datasets: Dataset[]; next: string | null }> {
  const pattern = new RegExp(`^${(like ?? '%').split('%').map(literally).join('.*')}$`, 's');
  const named = (await metacat.datasets())
    .map((dataset) => ({ key: `${dataset.namespace}:${dataset.name}`, dataset }))
    .filter(({ key }) => pattern.test(key) && (after === undefined || key > after))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = named.slice(0, limit);
  return {
    datasets: page.map(({ key, dataset }) => ({
      name: key,
      query: queryOf(dataset),
      description: dataset.description || null,
      created: timeOf(dataset.created_timestamp),
      createdBy: dataset.creator ?? null,
    })),
    next: named.length > limit ? (page.at(-1)?.key ?? null) : null,
  };
}

export function timeOf(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : new Date(seconds * 1000);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
