/** The graph of a campaign's stages: what must hold before it is saved, and the questions asked of it. */
import type { InputProblem } from '../errors.ts';
import { formatSplit, type Split, typeOf } from './splits/index.ts';

export interface GraphStage {
  name: string;
  split: Split;
}

export interface GraphDependency {
  /** The upstream stage, whose output is needed. */
  from: string;
  /** The downstream stage, which is launched. The same as `from`: the stage's next slice. */
  to: string;
  /** Cut the upstream's output by the downstream's split, one submission a slice. */
  split?: boolean;
  /** `each` (default): launch for every submission of the upstream. `all`: once, when everything upstream in this run has finished. */
  wait?: 'each' | 'all';
}

export interface StageGraph {
  stages: readonly GraphStage[];
  dependencies: readonly GraphDependency[];
}

/** Everything that is wrong with the graph; empty when it may be saved. */
export function graphProblems(graph: StageGraph): InputProblem[] {
  const seen = new Set<string>();
  const names = graph.stages.flatMap(({ name }, i): InputProblem[] => {
    const path = `stages[${i}]`;
    if (seen.has(name)) return [{ path, problem: `There is already a stage ${name} in this campaign.` }];
    seen.add(name);
    return [];
  });
  const pairs = new Set<string>();
  const dependencies = graph.dependencies.flatMap((dependency, i) => {
    const pair = JSON.stringify([dependency.from, dependency.to]);
    const repeated = pairs.has(pair)
      ? [`${dependency.to} depends on ${dependency.from} already; put all file patterns in one dependency.`]
      : [];
    pairs.add(pair);
    return [...repeated, ...dependencyProblems(graph, dependency)].map((problem) => ({
      path: `dependencies[${i}]`,
      problem,
    }));
  });
  const cycles = findCycles(graph).map((cycle) => ({
    path: 'dependencies',
    problem: `Stages depend on each other in a circle: ${cycle.join(' → ')}.`,
  }));
  return [...names, ...dependencies, ...cycles];
}

function dependencyProblems(graph: StageGraph, dependency: GraphDependency): string[] {
  const stage = (name: string) => graph.stages.find((candidate) => candidate.name === name);
  const unknown = [...new Set([dependency.from, dependency.to])].filter((name) => stage(name) === undefined);
  const downstream = stage(dependency.to);
  if (unknown.length > 0 || downstream === undefined) {
    return unknown.map((name) => `There is no stage ${name} in this campaign.`);
  }
  const split = downstream.split;
  const type = typeOf(split);
  if (dependency.from === dependency.to) {
    const endless = !type.finite && !type.endsWhenDatasetEmpty;
    return [
      ...(endless
        ? [`${dependency.to} depends on itself with the split ${formatSplit(split)}, which never ends.`]
        : []),
      ...(dependency.split
        ? [`${dependency.to} depends on itself: its own slices cannot be split again.`]
        : []),
      ...(dependency.wait === 'all'
        ? [`${dependency.to} depends on itself: it cannot wait for itself.`]
        : []),
    ];
  }
  if (dependency.split && !(type.finite && type.cutsFiles)) {
    return [
      `The output of ${dependency.from} cannot be cut by the split ${formatSplit(split)} of ${dependency.to}.`,
    ];
  }
  return [];
}

/** Dependencies between two different stages that exist, as upstream stages by downstream stage. */
function upstreams(graph: StageGraph): Map<string, Set<string>> {
  const result = new Map(graph.stages.map(({ name }): [string, Set<string>] => [name, new Set()]));
  for (const { from, to } of graph.dependencies) {
    if (from !== to && result.has(from)) result.get(to)?.add(from);
  }
  return result;
}

/** Stages that depend on nothing but themselves: where a campaign begins. */
export function leadingStages(graph: StageGraph): string[] {
  return [...upstreams(graph)].filter(([, ups]) => ups.size === 0).map(([name]) => name);
}

/** All stages upstream of one, over any number of steps, without itself, in the campaign's order. */
export function upstreamOf(graph: StageGraph, stage: string): string[] {
  const direct = upstreams(graph);
  const found = new Set<string>([stage]);
  for (const name of found) {
    for (const up of direct.get(name) ?? []) found.add(up);
  }
  return [...direct.keys()].filter((name) => name !== stage && found.has(name));
}

/**
 * The stages in columns for drawing: each stands one column behind the furthest of what it depends on. Stages
 * in a circle, and those behind one, which a graph being edited may have, stand together in the last column.
 */
export function stageLayers(graph: StageGraph): string[][] {
  const { layers, rest } = peel(upstreams(graph));
  return rest.size === 0 ? layers : [...layers, [...rest.keys()]];
}

/** Takes away, layer by layer, what depends on nothing that is left. What stays is in or behind a circle. */
function peel(graph: Map<string, Set<string>>): { layers: string[][]; rest: Map<string, Set<string>> } {
  const rest = new Map([...graph].map(([name, ups]): [string, Set<string>] => [name, new Set(ups)]));
  const layers: string[][] = [];
  for (;;) {
    const layer = [...rest].filter(([, ups]) => ups.size === 0).map(([name]) => name);
    if (layer.length === 0) return { layers, rest };
    layers.push(layer);
    for (const name of layer) rest.delete(name);
    for (const ups of rest.values()) for (const name of layer) ups.delete(name);
  }
}

/** Circles over several stages, none sharing a stage with another, each as a path `a, b, a` downstream. */
function findCycles(graph: StageGraph): string[][] {
  const cycles: string[][] = [];
  let { rest } = peel(upstreams(graph));
  while (rest.size > 0) {
    const cycle = walkUpstream(rest);
    cycles.push(cycle);
    for (const name of cycle) rest.delete(name);
    for (const ups of rest.values()) for (const name of cycle) ups.delete(name);
    ({ rest } = peel(rest));
  }
  return cycles;
}

/** In a graph where every stage has something upstream, walking up must come round to where it has been. */
function walkUpstream(graph: Map<string, Set<string>>): string[] {
  const path: string[] = [];
  let [name] = graph.keys();
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    [name] = graph.get(name) ?? [];
  }
  const circle = name === undefined ? path : [...path.slice(path.indexOf(name)), name];
  return circle.reverse();
}
