/** The table of split types: what the console and the documents show, and where the rest looks a type up. */
import { byexistingruns } from './byexistingruns.ts';
import { byrun } from './byrun.ts';
import { draining } from './draining.ts';
import { drainingn } from './drainingn.ts';
import { limitn } from './limitn.ts';
import { list } from './list.ts';
import { mod } from './mod.ts';
import { multiparam } from './multiparam.ts';
import { newSplit } from './new.ts';
import { nfiles } from './nfiles.ts';
import { none } from './none.ts';
import { stagedfiles } from './stagedfiles.ts';
import type { Split, SplitName, SplitType } from './types.ts';

const BY_NAME: { readonly [N in SplitName]: SplitType<Extract<Split, { type: N }>> } = {
  none,
  nfiles,
  drainingn,
  mod,
  limitn,
  draining,
  byrun,
  byexistingruns,
  new: newSplit,
  list,
  multiparam,
  stagedfiles,
};

/** All types, in the order in which they are offered. */
export const SPLIT_TYPES: readonly SplitType[] = Object.values(BY_NAME);

/** The type of a split; what is looked up by a split's own name also takes that split. */
export function typeOf(split: Split): SplitType {
  return BY_NAME[split.type];
}
