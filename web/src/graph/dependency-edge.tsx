/** A dependency: an arrow with its marks. `split` cuts the output into slices; `wait all` launches once, at the end. */
import { type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react';
import styles from './graph.module.css';
import type { EdgeRoute } from './layout.ts';
import { roundedPath } from './path.ts';

export interface DependencyEdgeData extends Record<string, unknown> {
  mark: string;
  files: string[];
  route: EdgeRoute | null;
}

export function DependencyEdge(props: EdgeProps<Edge<DependencyEdgeData, 'dependency'>>) {
  const { source, target, data } = props;
  const route = data?.route ?? null;
  const [straight, x, y] = getSmoothStepPath(props);
  const path = route === null ? straight : roundedPath(route.points);
  const place = route === null ? { x, y } : route.label;
  const files = data === undefined || data.files.length === 0 ? 'all output files' : data.files.join(', ');
  const words = `${source} to ${target}: ${files}${data?.mark ? ` (${data.mark})` : ''}`;
  const end = route?.points.at(-1) ?? { x: props.targetX, y: props.targetY };
  return (
    <>
      <path d={path} className={styles.edge} />
      <path
        d={`M ${end.x - 7} ${end.y - 4.5} L ${end.x} ${end.y} L ${end.x - 7} ${end.y + 4.5}`}
        className={styles.edge}
      />
      <path d={path} className={styles.edgeHover}>
        <title>{words}</title>
      </path>
      {data !== undefined && data.mark !== '' && place !== null && (
        <EdgeLabelRenderer>
          <span
            className={styles.edgeMark}
            title={`${words}. ${explain(data.mark)}`}
            style={{ transform: `translate(-50%, -50%) translate(${place.x}px, ${place.y}px)` }}
          >
            {data.mark}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

function explain(mark: string): string {
  const parts = [];
  if (mark.includes('split'))
    parts.push('The output is cut by the split of the stage after it, one submission a slice.');
  if (mark.includes('wait all'))
    parts.push('Launched once, when everything upstream in the run has finished.');
  return parts.join(' ');
}
