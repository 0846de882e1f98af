/** What of a campaign makes its graph: names, edges and their marks, without anything that changes while it runs. */
import type { CampaignView, DependencyView } from '../api/types.ts';

export const CARD_WIDTH = 224;
export const CARD_HEIGHT = 118;
const ROW_GAP = 26;
const MARGIN = 48;

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  /** `split`, `wait all`, or both. */
  mark: string;
  /** File patterns, for the hover text. */
  files: string[];
}

export interface GraphStructure {
  stages: string[];
  edges: GraphEdge[];
  /** Stages that depend on themselves: drawn as a mark on the card. */
  repeating: Set<string>;
}

export function structureOf(view: Pick<CampaignView, 'stages' | 'dependencies'>): GraphStructure {
  const between = view.dependencies.filter((one) => one.from !== one.to);
  return {
    stages: view.stages.map((stage) => stage.name),
    edges: between.map((one, index) => ({
      id: `${index}`,
      from: one.from,
      to: one.to,
      mark: markOf(one),
      files: one.files,
    })),
    repeating: new Set(view.dependencies.filter((one) => one.from === one.to).map((one) => one.from)),
  };
}

function markOf(one: DependencyView): string {
  return [one.split ? 'split' : '', one.wait === 'all' ? 'wait all' : '']
    .filter((mark) => mark !== '')
    .join(', ');
}

/** How far each stage is from the beginning: the longest way to it. A cycle ends where it closes. */
export function layersOf({ stages, edges }: Pick<GraphStructure, 'stages' | 'edges'>): Map<string, number> {
  const layers = new Map<string, number>();
  const visit = (stage: string, path: ReadonlySet<string>): number => {
    const known = layers.get(stage);
    if (known !== undefined) return known;
    const before = edges.filter((edge) => edge.to === stage && !path.has(edge.from)).map((edge) => edge.from);
    const layer = Math.max(-1, ...before.map((one) => visit(one, new Set([...path, stage])))) + 1;
    layers.set(stage, layer);
    return layer;
  };
  for (const stage of stages) visit(stage, new Set([stage]));
  return layers;
}

/** Height in px that the graph will need, known before it is laid out, so that nothing jumps when it comes. */
export function heightOf(structure: GraphStructure): number {
  const rows = new Map<number, number>();
  for (const layer of layersOf(structure).values()) rows.set(layer, (rows.get(layer) ?? 0) + 1);
  const most = Math.max(1, ...rows.values());
  return Math.min(460, most * (CARD_HEIGHT + ROW_GAP) - ROW_GAP + MARGIN);
}
