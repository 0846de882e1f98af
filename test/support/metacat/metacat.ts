/**
 * A stand-in for MetaCat's web API (`/data/...`). Written from the recorded shapes of spec/data-handling.md 3.3 and
 * what its public server does with them, not against a real server.
 */
import { evaluate } from './mql-evaluator.ts';
import { MqlSyntaxError, parseMql } from './mql-parser.ts';
import type { Answer, Asked } from './server.ts';
import type { StandInDataset, StandInFile, StandInState } from './state.ts';

const text = (status: number, body: string): Answer => ({ status, type: 'text/plain', body });
const json = (body: unknown): Answer => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(body),
});
const sequence = (records: unknown[]): Answer => ({
  status: 200,
  type: 'application/json-seq',
  body: records.map((record) => `\x1e${JSON.stringify(record)}\n`).join(''),
});

export function answerMetacat(state: StandInState, asked: Asked): Answer {
  const { path, query, body, user } = asked;
  const writes = /^(create_dataset|update_dataset|add_files|remove_files|declare_files)$/.test(path);
  if ((writes || query.has('save_as') || query.has('add_to')) && user === null)
    return text(401, 'Unauthenticated');
  switch (path) {
    case 'version':
      return text(200, '4.1.4');
    case 'datasets':
      return json([...state.datasets.values()].map(datasetJson));
    case 'dataset': {
      const dataset = state.datasets.get(query.get('dataset') ?? '');
      return dataset === undefined ? text(404, 'Dataset not found') : json(datasetJson(dataset));
    }
    case 'file': {
      const file = state.byDid.get(`${query.get('namespace')}:${query.get('name')}`);
      return file === undefined ? text(404, 'File not found') : json(fileJson(state, file, true, true));
    }
    case 'files': {
      const wanted = JSON.parse(body) as { fid?: string; namespace?: string; name?: string }[];
      const found = wanted.flatMap(
        (one) => state.files.get(one.fid ?? '') ?? state.byDid.get(`${one.namespace}:${one.name}`) ?? [],
      );
      return json(
        found.map((file) =>
          fileJson(state, file, query.get('with_metadata') === 'yes', query.get('with_provenance') === 'yes'),
        ),
      );
    }
    case 'query':
      return answerQuery(state, asked);
    case 'create_dataset':
      return createDataset(state, JSON.parse(body), user ?? '');
    case 'update_dataset': {
      const dataset = state.datasets.get(query.get('dataset') ?? '');
      if (dataset === undefined) return text(404, 'Dataset not found');
      const change = JSON.parse(body) as { metadata?: Record<string, unknown>; description?: string };
      Object.assign(dataset.metadata, change.metadata);
      dataset.description = change.description ?? dataset.description;
      return json(datasetJson(dataset));
    }
    case 'add_files':
    case 'remove_files':
      return changeFiles(state, path, query.get('dataset'), JSON.parse(body));
    case 'declare_files':
      return declareFiles(state, query, JSON.parse(body), user ?? '');
    default:
      return text(404, 'Not found');
  }
}

function answerQuery(state: StandInState, { query, body }: Asked): Answer {
  let found: Set<string>;
  try {
    found = evaluate(parseMql(body), state);
  } catch (error) {
    if (error instanceof MqlSyntaxError) return text(400, `MQLSyntaxError: ${error.message}`);
    throw error;
  }
  const files = [...found].flatMap((fid) => state.files.get(fid) ?? []);
  if (query.get('summary') === 'count') {
    return json({ count: files.length, total_size: files.reduce((sum, { size }) => sum + size, 0) });
  }
  return sequence(
    files.map((file) =>
      fileJson(state, file, query.get('with_meta') === 'yes', query.get('with_provenance') === 'yes'),
    ),
  );
}

interface NewDataset {
  namespace: string;
  name: string;
  frozen?: boolean;
  monotonic?: boolean;
  description?: string;
  metadata?: Record<string, unknown>;
  files_query?: string;
}

function createDataset(state: StandInState, wanted: NewDataset, creator: string): Answer {
  const { namespace, name, frozen = false, monotonic = false, description = '', metadata = {} } = wanted;
  if (!state.namespaces.has(namespace)) return text(404, 'Namespace not found');
  if (state.datasets.has(`${namespace}:${name}`)) return text(409, 'Already exists');
  const bad = Object.keys(metadata).find((key) => !key.includes('.'));
  if (bad !== undefined) return text(400, `Metadata parameter without a category: ${bad}`);
  let files = new Set<string>();
  try {
    if (wanted.files_query) files = evaluate(parseMql(wanted.files_query), state);
  } catch (error) {
    if (error instanceof MqlSyntaxError) return text(400, `MQLSyntaxError: ${error.message}`);
    throw error;
  }
  const made = state.createDataset(namespace, name, {
    frozen,
    monotonic,
    description,
    metadata,
    creator,
    files,
  });
  return json(datasetJson(made));
}

function changeFiles(
  state: StandInState,
  path: 'add_files' | 'remove_files',
  named: string | null,
  params: { query?: string; dataset_namespace?: string; dataset_name?: string },
): Answer {
  // The real server takes the dataset from the URL when files are added, and from the body when they are removed.
  const name = path === 'add_files' ? named : `${params.dataset_namespace}:${params.dataset_name}`;
  const dataset = state.datasets.get(name ?? '');
  if (dataset === undefined) return text(404, 'Dataset not found');
  if (dataset.frozen) return text(403, 'Dataset is frozen');
  if (dataset.monotonic && path === 'remove_files') return text(403, 'Dataset is monotonic');
  if (!params.query) return text(400, 'No files given');
  const files = evaluate(parseMql(params.query), state);
  for (const fid of files) {
    if (path === 'add_files') dataset.files.add(fid);
    else dataset.files.delete(fid);
  }
  return json({ [path === 'add_files' ? 'files_added' : 'files_removed']: files.size });
}

interface Declared {
  namespace?: string;
  name: string;
  size?: number;
  metadata?: Record<string, unknown>;
  parents?: { did: string }[];
}

function declareFiles(
  state: StandInState,
  query: URLSearchParams,
  wanted: Declared[],
  creator: string,
): Answer {
  const dataset = query.get('dataset') ?? '';
  if (!state.datasets.has(dataset)) return text(400, `Dataset ${dataset} does not exist`);
  const files = wanted.map((file) => ({
    ...file,
    namespace: file.namespace ?? query.get('namespace') ?? '',
    parents: (file.parents ?? []).map(({ did }) => did),
  }));
  const errors = files.flatMap(({ size, metadata = {}, parents }, index) => [
    ...(size === undefined ? [{ index, message: 'Missing file size' }] : []),
    ...Object.keys(metadata)
      .filter((key) => !key.includes('.'))
      .map((key) => ({ index, message: `Metadata parameter without a category: ${key}` })),
    ...parents
      .filter((did) => !state.byDid.has(did))
      .map((did) => ({ index, message: `Can not get file id for parent: ${did}` })),
  ]);
  if (errors.length > 0) {
    const body = JSON.stringify({ message: 'Invalid file data', metadata_errors: errors });
    return { status: 488, type: 'application/json', body };
  }
  const known = files.filter(({ namespace, name }) => state.byDid.has(`${namespace}:${name}`));
  if (known.length > 0) return text(409, 'The following files already exist:');
  return json(
    files.map((file) => {
      const { fid, namespace, name } = state.declare(dataset, file, creator);
      return { fid, namespace, name };
    }),
  );
}

function datasetJson(dataset: StandInDataset): Record<string, unknown> {
  const { namespace, name, frozen, monotonic, description, creator, created, metadata, files } = dataset;
  return {
    namespace,
    name,
    frozen,
    monotonic,
    description,
    creator,
    created_timestamp: created,
    metadata,
    file_count: files.size,
  };
}

function fileJson(
  state: StandInState,
  file: StandInFile,
  withMetadata: boolean,
  withProvenance: boolean,
): Record<string, unknown> {
  const { fid, namespace, name, size, creator, created, retired, metadata, parents } = file;
  const reference = (one: string) => ({ fid: one });
  return {
    fid,
    namespace,
    name,
    size,
    creator,
    retired,
    created_timestamp: created,
    updated_timestamp: null,
    checksums: {},
    ...(withMetadata ? { metadata } : {}),
    ...(withProvenance
      ? { parents: parents.map(reference), children: [...(state.children.get(fid) ?? [])].map(reference) }
      : {}),
  };
}
