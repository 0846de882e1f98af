/** The campaign's stages as a graph of live cards. Loaded only where it is shown. */
import '@xyflow/react/dist/base.css';
import { useQuery } from '@tanstack/react-query';
import { type Edge, type Node, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import type { CampaignView } from '../api/types.ts';
import { QueryState } from '../states/query-state.tsx';
import { DependencyEdge, type DependencyEdgeData } from './dependency-edge.tsx';
import styles from './graph.module.css';
import { GraphControls } from './graph-controls.tsx';
import { type GraphLayout, layoutOf } from './layout.ts';
import { savedLayout } from './saved-layout.ts';
import { StageNode, type StageNodeData } from './stage-node.tsx';
import { CARD_HEIGHT, CARD_WIDTH, type GraphStructure, structureOf } from './structure.ts';

const NODE_TYPES = { stage: StageNode };
const EDGE_TYPES = { dependency: DependencyEdge };
const FIT = { padding: 0.06, maxZoom: 1 };

export interface CampaignGraphProps {
  experiment: string;
  view: CampaignView;
  /** The stage that the table below is filtered to. */
  chosen: string | undefined;
}

export default function CampaignGraph(props: CampaignGraphProps) {
  const structure = structureOf(props.view);
  const shape = JSON.stringify([structure.stages, structure.edges, props.view.positions]);
  // Laid out anew only when the shape changes; live values change in the cards.
  const layout = useQuery({
    queryKey: ['layout', shape],
    queryFn: async () => savedLayout(props.view) ?? (await layoutOf(structure)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <QueryState query={layout} height={600}>
      {(data) => <Drawing key={shape} {...props} structure={structure} layout={data} />}
    </QueryState>
  );
}

function Drawing(props: CampaignGraphProps & { structure: GraphStructure; layout: GraphLayout }) {
  const { experiment, view, chosen, structure, layout } = props;
  const nodes = view.stages.map(
    (stage): Node<StageNodeData, 'stage'> => ({
      id: stage.name,
      type: 'stage',
      position: layout.positions[stage.name] ?? { x: 0, y: 0 },
      width: CARD_WIDTH,
      height: CARD_HEIGHT,
      data: {
        experiment,
        campaign: view.name,
        stage,
        repeats: structure.repeating.has(stage.name),
        chosen: stage.name === chosen,
      },
    }),
  );
  const edges = useMemo(() => edgesOf(structure, layout), [structure, layout]);
  return (
    <ReactFlow
      className={styles.flow}
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      fitView
      fitViewOptions={FIT}
      minZoom={0.2}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      // The page scrolls under the wheel; with Ctrl it zooms the graph.
      zoomOnScroll={false}
      preventScrolling={false}
      zoomOnDoubleClick={false}
      proOptions={{ hideAttribution: true }}
      aria-label={`Stages of ${view.name}`}
    >
      <GraphControls fit={FIT} />
    </ReactFlow>
  );
}

function edgesOf(structure: GraphStructure, layout: GraphLayout): Edge<DependencyEdgeData, 'dependency'>[] {
  return structure.edges.map((edge) => ({
    id: edge.id,
    type: 'dependency',
    source: edge.from,
    target: edge.to,
    data: { mark: edge.mark, files: edge.files, route: layout.routes[edge.id] ?? null },
  }));
}
