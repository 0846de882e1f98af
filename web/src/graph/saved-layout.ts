/** The layout that a person gave the stages. */
import type { CampaignView } from '../api/types.ts';
import type { GraphLayout, Point } from './layout.ts';
import { CARD_HEIGHT, CARD_WIDTH } from './structure.ts';

/** Room for an arrow with its mark between two cards, px. */
const GAP_ACROSS = 92;
const GAP_DOWN = 26;

/**
 * Null unless every stage has a place of its own. The arrangement is kept, spread where cards would lie on each other
 * or leave no room for the marks between them: positions may come from a tool whose cards are smaller.
 */
export function savedLayout(
  view: Pick<CampaignView, 'positions'> & { stages: readonly { name: string }[] },
): GraphLayout | null {
  const places = view.stages.flatMap((stage) => view.positions[stage.name] ?? []);
  const distinct = new Set(places.map((place) => `${place.x},${place.y}`));
  if (places.length < 2 || places.length < view.stages.length || distinct.size < places.length) return null;
  const across = spread(places, 'x', CARD_WIDTH + GAP_ACROSS);
  const down = spread(places, 'y', CARD_HEIGHT + GAP_DOWN);
  const positions: GraphLayout['positions'] = {};
  for (const { name } of view.stages) {
    const place = view.positions[name];
    if (place !== undefined) positions[name] = { x: place.x * across, y: place.y * down };
  }
  return { positions, routes: {} };
}

/** By how much to stretch an axis so that neighbours in a row (or column) are `least` px apart; never shrinks. */
function spread(places: readonly Point[], axis: 'x' | 'y', least: number): number {
  const other = axis === 'x' ? 'y' : 'x';
  const extent = axis === 'x' ? CARD_HEIGHT : CARD_WIDTH;
  let nearest = Number.POSITIVE_INFINITY;
  for (const one of places) {
    for (const two of places) {
      const distance = two[axis] - one[axis];
      if (distance > 0 && Math.abs(two[other] - one[other]) < extent) nearest = Math.min(nearest, distance);
    }
  }
  return Math.max(1, least / nearest);
}
