/** A stage's card as a node of the graph: the card with the points where edges begin and end. */
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import styles from './graph.module.css';
import { StageCard, type StageCardProps } from './stage-card.tsx';

export type StageNodeData = StageCardProps & Record<string, unknown>;

export function StageNode({ data }: NodeProps<Node<StageNodeData, 'stage'>>) {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className={styles.handle} />
      <StageCard {...data} />
      <Handle type="source" position={Position.Right} isConnectable={false} className={styles.handle} />
    </>
  );
}
