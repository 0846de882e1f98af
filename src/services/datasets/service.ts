/** Datasets and queries of any data handling, for people. */
import type { DataHandling } from '../../connectors/data/types.ts';
import { recordAudit } from '../../database/audit.ts';
import type { Db } from '../../database/index.ts';
import { type ErrorCode, PomsError } from '../../errors.ts';
import { soon } from '../soon.ts';
import { submissionsOf } from './queries.ts';
import type { DatasetDetail, Explanation } from './schema.ts';

export interface DatasetParts {
  db: Db;
  dataHandlings: ReadonlyMap<string, DataHandling>;
}

/** Error `not-found`. */
export function dataHandlingNamed({ dataHandlings }: DatasetParts, name: string): DataHandling {
  const found = dataHandlings.get(name);
  if (found === undefined) throw new PomsError('not-found', { kind: 'data handling', name });
  return found;
}

/** Error `not-found`. */
export async function showDataset(
  parts: DatasetParts,
  experiment: string,
  system: string,
  name: string,
): Promise<DatasetDetail> {
  const data = dataHandlingNamed(parts, system);
  const [dataset, submissions] = await Promise.all([
    findDataset(data, experiment, name),
    submissionsOf(parts.db, experiment, data.name, name),
  ]);
  if (dataset === null) throw new PomsError('not-found', { kind: 'dataset', name });
  const created = dataset.created?.toISOString() ?? null;
  return { ...dataset, created, dataHandling: data.name, submissions };
}

async function findDataset(data: DataHandling, experiment: string, name: string) {
  if (data.capabilities.datasets) {
    const { datasets } = await data.datasets(experiment, { like: literally(name), limit: 1 });
    const [found] = datasets;
    if (found?.name === name) return found;
  }
  const query = await data.describe(experiment, name);
  return query === null ? null : { name, query, description: null, created: null, createdBy: null };
}

/** A name as a pattern that only it fulfils. */
function literally(name: string): string {
  return name.replace(/[\\%_]/g, '\\$&');
}

/** Defines a dataset once. Errors `name-taken`, with what has the name; `bad-query`, `not-found`. */
export async function defineDataset(
  parts: DatasetParts,
  experiment: string,
  person: { username: string },
  { name, query, dataHandling }: { name: string; query: string; dataHandling: string },
): Promise<DatasetDetail> {
  const data = dataHandlingNamed(parts, dataHandling);
  const define = parts.db.transaction().execute(async (trx) => {
    await data.within(trx).defineDataset(experiment, name, query, false, person.username);
    await recordAudit(trx, {
      experiment,
      actor: person.username,
      action: 'dataset.define',
      object: `dataset ${name}`,
      after: { query, dataHandling },
    });
  });
  await define.catch(async (error: unknown) => {
    throw await withWhatExists(data, experiment, name, error);
  });
  return showDataset(parts, experiment, dataHandling, name);
}

/** A name that is taken is told with the query that has it. */
async function withWhatExists(
  data: DataHandling,
  experiment: string,
  name: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof PomsError) || error.code !== ('name-taken' satisfies ErrorCode)) return error;
  const exists = await findDataset(data, experiment, name);
  if (exists === null) return error;
  const by = exists.createdBy === null ? '' : ` by ${exists.createdBy}`;
  const problems = [{ path: 'name', problem: `it is defined${by} as: ${exists.query}` }];
  return new PomsError('name-taken', error.details, { problems, cause: error });
}

/** Seconds that a summary may take while somebody waits for the explanation. */
const SUMMARY_SECONDS = 5;

/** What is wrong with the query is an answer; error `outside-system` where it cannot be asked. */
export async function explain(
  parts: DatasetParts,
  experiment: string,
  { query, dataHandling }: { query: string; dataHandling: string },
): Promise<Explanation> {
  const data = dataHandlingNamed(parts, dataHandling);
  try {
    const told = (await data.tellQuery?.(experiment, query)) ?? null;
    const found = await summaryWithin(data, experiment, query);
    return { ...NOTHING_TOLD, ...told, problem: null, ...found };
  } catch (error) {
    if (!(error instanceof PomsError) || error.code !== ('bad-query' satisfies ErrorCode)) throw error;
    const place = (name: 'line' | 'column') => {
      const value = error.details[name];
      return typeof value === 'number' ? value : null;
    };
    const problem = { message: error.message, line: place('line'), column: place('column') };
    return { ...NOTHING_TOLD, problem, summary: null, summaryProblem: null };
  }
}

/** Error `bad-query`; that the system is away, or takes long, is an answer. */
async function summaryWithin(
  data: DataHandling,
  experiment: string,
  query: string,
): Promise<Pick<Explanation, 'summary' | 'summaryProblem'>> {
  const late = { summary: null, summaryProblem: `it takes longer than ${SUMMARY_SECONDS} s` };
  try {
    const summary =
      data.quickSummary === undefined
        ? // The question itself ends by the limits of the system's calls.
          await soon(data.summary(experiment, query), SUMMARY_SECONDS * 1000, () => null)
        : await data.quickSummary(experiment, query, SUMMARY_SECONDS);
    return summary === null ? late : { summary, summaryProblem: null };
  } catch (error) {
    if (!(error instanceof PomsError) || error.code !== ('outside-system' satisfies ErrorCode)) throw error;
    return { summary: null, summaryProblem: error.message };
  }
}

const NOTHING_TOLD = { normalised: null, expanded: null, outline: [], begins: null };
