/** The stages on a phone: the same cards in the order of their layers, each with what it follows. */
import type { CampaignView } from '../api/types.ts';
import styles from './graph.module.css';
import { StageCard } from './stage-card.tsx';
import { layersOf, structureOf } from './structure.ts';

export interface StageListProps {
  experiment: string;
  view: CampaignView;
  chosen: string | undefined;
}

export function StageList({ experiment, view, chosen }: StageListProps) {
  const structure = structureOf(view);
  const layers = layersOf(structure);
  const ordered = [...view.stages].sort((a, b) => (layers.get(a.name) ?? 0) - (layers.get(b.name) ?? 0));
  return (
    <ol className={styles.list}>
      {ordered.map((stage) => {
        const before = structure.edges.filter((edge) => edge.to === stage.name);
        return (
          <li key={stage.name}>
            {before.length > 0 && (
              <p className={styles.follows}>
                ↓ after{' '}
                {before
                  .map((edge) => (edge.mark === '' ? edge.from : `${edge.from} (${edge.mark})`))
                  .join(', ')}
              </p>
            )}
            <StageCard
              experiment={experiment}
              campaign={view.name}
              stage={stage}
              repeats={structure.repeating.has(stage.name)}
              chosen={stage.name === chosen}
            />
          </li>
        );
      })}
    </ol>
  );
}
