/** Places the cards in layers and routes the edges around them, in a worker: a large graph never blocks the page. */

import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import { CARD_HEIGHT, CARD_WIDTH, type GraphStructure } from './structure.ts';

export interface Point {
  x: number;
  y: number;
}

export interface EdgeRoute {
  points: Point[];
  /** Centre of the mark; null when there is none. */
  label: Point | null;
}

export interface GraphLayout {
  positions: Record<string, Point>;
  /** By edge id; empty where the positions were saved by a person: then edges run from card to card. */
  routes: Record<string, EdgeRoute>;
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.nodeNode': '26',
  'elk.layered.spacing.nodeNodeBetweenLayers': '44',
  'elk.spacing.edgeNode': '18',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};

/** Width of a mark of that many letters, px. */
const LETTER = 6.4;
const LABEL_PADDING = 14;
const LABEL_HEIGHT = 20;

let elk: InstanceType<typeof ELK> | undefined;

/** @throws when the layout worker cannot be loaded. */
export async function layoutOf(structure: GraphStructure): Promise<GraphLayout> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  const known = new Set(structure.stages);
  const done = await elk.layout({
    id: 'campaign',
    layoutOptions: OPTIONS,
    children: structure.stages.map((id) => ({ id, width: CARD_WIDTH, height: CARD_HEIGHT })),
    edges: structure.edges
      .filter((edge) => known.has(edge.from) && known.has(edge.to))
      .map((edge) => ({
        id: edge.id,
        sources: [edge.from],
        targets: [edge.to],
        labels: labelsOf(edge.mark),
      })),
  });
  return readLayout(done);
}

function labelsOf(mark: string) {
  if (mark === '') return [];
  const layoutOptions = { 'elk.edgeLabels.inline': 'true' };
  return [{ text: mark, width: mark.length * LETTER + LABEL_PADDING, height: LABEL_HEIGHT, layoutOptions }];
}

function readLayout(graph: ElkNode): GraphLayout {
  const positions: GraphLayout['positions'] = {};
  for (const node of graph.children ?? []) positions[node.id] = { x: node.x ?? 0, y: node.y ?? 0 };
  const routes: GraphLayout['routes'] = {};
  for (const edge of graph.edges ?? []) {
    const section = edge.sections?.[0];
    if (section === undefined) continue;
    const label = edge.labels?.[0];
    routes[edge.id] = {
      points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint],
      label:
        label === undefined
          ? null
          : { x: (label.x ?? 0) + (label.width ?? 0) / 2, y: (label.y ?? 0) + (label.height ?? 0) / 2 },
    };
  }
  return { positions, routes };
}
