/** Zoom and fit, quiet in a corner of the graph. */
import { Panel, useReactFlow } from '@xyflow/react';
import styles from './graph.module.css';

export function GraphControls({ fit }: { fit: { padding: number; maxZoom: number } }) {
  const flow = useReactFlow();
  return (
    <Panel position="bottom-right" className={styles.controls}>
      <button
        type="button"
        aria-label="Zoom in"
        title="Zoom in (or Ctrl and the wheel)"
        onClick={() => void flow.zoomIn()}
      >
        +
      </button>
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void flow.zoomOut()}>
        −
      </button>
      <button type="button" onClick={() => void flow.fitView(fit)}>
        Fit
      </button>
    </Panel>
  );
}
