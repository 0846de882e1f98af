/** Text in YAML is taken as it is written, and parameters keep their order. */
import { type Document, isMap, isScalar, type Pair, visit, YAMLSeq } from 'yaml';

/** What below these keys is text, however it looks: `softwareVersion: 1.10` is not the number 1.1. */
const TEXTS: ReadonlySet<unknown> = new Set([
  'name',
  'description',
  'experiment',
  'tags',
  'keywords',
  'softwareVersion',
  'dataset',
  'jobType',
  'loginSetup',
  'launchScript',
  'setup',
  'outputFiles',
  'files',
  'from',
  'to',
  'project',
]);
const PARAMETERS: ReadonlySet<unknown> = new Set(['parameters', 'testParameters']);

const keyOf = (pair: Pair) => (isScalar(pair.key) ? pair.key.value : pair.key);

/** Makes numbers and truth values text again where text is meant, and mappings of parameters ordered pairs. */
export function takeTextAsWritten(document: Document): void {
  visit(document, {
    Pair: (_, pair) => {
      if (!PARAMETERS.has(keyOf(pair))) return undefined;
      if (isMap(pair.value)) pair.value = pairsOf(pair.value.items, pair.value.range);
      keepSource(pair.value);
      return visit.SKIP;
    },
    Scalar: (_, scalar, path) => {
      const under = path.some((step) => 'key' in step && TEXTS.has(keyOf(step as Pair)));
      if (under) keepSource(scalar);
    },
  });
}

/** An ordered mapping as ordered pairs. */
function pairsOf(items: Pair[], range: YAMLSeq['range']): YAMLSeq {
  const sequence = new YAMLSeq();
  sequence.range = range ?? null;
  sequence.items = items.map((item) => {
    const pair = new YAMLSeq();
    pair.items = [item.key, item.value];
    return pair;
  });
  return sequence;
}

function keepSource(node: unknown): void {
  if (isScalar(node)) {
    const plain = typeof node.value === 'number' || typeof node.value === 'boolean';
    if (plain && node.source !== undefined) node.value = node.source;
  } else if (node instanceof YAMLSeq) {
    for (const item of node.items) keepSource(item);
  }
}
