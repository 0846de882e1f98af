import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSplit } from './splits/index.ts';
import {
  type GraphDependency,
  graphProblems,
  leadingStages,
  type StageGraph,
  stageLayers,
  upstreamOf,
} from './stage-graph.ts';

/** `graph('a:nfiles(2) b', 'a>b b>b')`: stages with their splits, and dependencies. */
function graph(stages: string, arrows: string, more: Partial<GraphDependency> = {}): StageGraph {
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  return {
    stages: words(stages).map((word) => {
      const [name = '', split = null] = word.split(':');
      return { name, split: parseSplit(split) };
    }),
    dependencies: words(arrows).map((word) => {
      const [from = '', to = ''] = word.split('>');
      return { from, to, ...more };
    }),
  };
}
const problems = (...args: Parameters<typeof graph>) =>
  graphProblems(graph(...args)).map(({ path, problem }) => `${path}: ${problem}`);

/** Graphs over few stages, with circles among them. */
const anyGraph: fc.Arbitrary<StageGraph> = fc.integer({ min: 1, max: 7 }).chain((n) => {
  const name = fc.integer({ min: 0, max: n - 1 }).map((i) => `s${i}`);
  return fc.uniqueArray(fc.tuple(name, name), { selector: String, maxLength: 12 }).map((pairs) => ({
    stages: Array.from({ length: n }, (_, i) => ({ name: `s${i}`, split: parseSplit('nfiles(1)') })),
    dependencies: pairs.map(([from, to]) => ({ from, to })),
  }));
});

/** Reachability over at least one step between different stages, by repeated joining: another way than the code's. */
function reaches({ stages, dependencies }: StageGraph): (from: string, to: string) => boolean {
  const pairs = new Set(
    dependencies.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from}>${to}`),
  );
  const names = stages.map(({ name }) => name);
  for (const via of names) {
    for (const from of names) {
      for (const to of names) {
        if (pairs.has(`${from}>${via}`) && pairs.has(`${via}>${to}`)) pairs.add(`${from}>${to}`);
      }
    }
  }
  return (from, to) => pairs.has(`${from}>${to}`);
}

describe('what is wrong with a graph', () => {
  it('is nothing for a usual campaign', () => {
    expect(problems('gen sim reco:nfiles(10) merge', 'gen>sim sim>reco reco>merge gen>merge')).toEqual([]);
    expect(problems('', '')).toEqual([]);
  });

  it('names unknown stages, repeated stages and repeated dependencies', () => {
    expect(problems('a b', 'a>x y>b')).toEqual([
      'dependencies[0]: There is no stage x in this campaign.',
      'dependencies[1]: There is no stage y in this campaign.',
    ]);
    expect(problems('a b a', '')).toEqual(['stages[2]: There is already a stage a in this campaign.']);
    expect(problems('a b', 'a>b a>b')[0]).toContain('dependencies[1]: b depends on a already');
  });

  it('shows a circle as a path downstream', () => {
    expect(problems('a b c d', 'a>b b>c c>a c>d')).toEqual([
      'dependencies: Stages depend on each other in a circle: a → b → c → a.',
    ]);
  });

  it('shows each of several separate circles', () => {
    expect(problems('a b c d e', 'a>b b>a b>c c>d d>c d>e')).toHaveLength(2);
  });

  it('lets a stage depend on itself only with a split that ends', () => {
    for (const split of ['nfiles(2)', 'drainingn(2)', 'limitn(2)', 'mod(2)', 'byrun', 'list', 'new']) {
      expect(problems(`a:${split}`, 'a>a')).toEqual([]);
    }
    for (const split of ['none', 'draining'])
      expect(problems(`a:${split}`, 'a>a')[0]).toContain('never ends');
  });

  it('lets a stage neither split its own slices nor wait for itself', () => {
    expect(problems('a:nfiles(2)', 'a>a', { split: true })[0]).toContain('cannot be split again');
    expect(problems('a:nfiles(2)', 'a>a', { wait: 'all' })[0]).toContain('cannot wait for itself');
  });

  it('lets a split cut the output of another stage only if it cuts files and ends', () => {
    for (const split of ['nfiles(2)', 'drainingn(2)', 'mod(2)', 'byrun', 'byexistingruns']) {
      expect(problems(`a b:${split}`, 'a>b', { split: true })).toEqual([]);
    }
    for (const split of ['none', 'draining', 'limitn(2)', 'list', 'multiparam', 'stagedfiles(2)', 'new']) {
      expect(problems(`a b:${split}`, 'a>b', { split: true })[0]).toContain('cannot be cut');
    }
    expect(problems('a b:none', 'a>b', { wait: 'all' })).toEqual([]);
  });

  it('has a circle exactly when a stage is upstream of itself', () => {
    fc.assert(
      fc.property(anyGraph, (any) => {
        const upstream = reaches(any);
        const circular = any.stages.some(({ name }) => upstream(name, name));
        const found = graphProblems(any).filter(({ problem }) => problem.includes('circle'));
        expect(found.length > 0).toBe(circular);
        for (const { problem } of found) {
          const path = problem.replace(/.*circle: |\.$/g, '').split(' → ');
          expect(path[0]).toBe(path.at(-1));
          const steps = path.slice(1).map((to, i) => ({ from: path[i], to }));
          expect(any.dependencies).toEqual(expect.arrayContaining(steps));
        }
      }),
    );
  });
});

describe('questions asked of a graph', () => {
  const diamond = graph('gen a b merge', 'gen>a gen>b a>merge b>merge merge>merge');

  it('where it begins: stages that depend on nothing but themselves', () => {
    expect(leadingStages(diamond)).toEqual(['gen']);
    expect(leadingStages(graph('a:nfiles(1) b', 'a>a'))).toEqual(['a', 'b']);
  });

  it('what is upstream of a stage', () => {
    expect(upstreamOf(diamond, 'merge')).toEqual(['gen', 'a', 'b']);
    expect(upstreamOf(diamond, 'gen')).toEqual([]);
    fc.assert(
      fc.property(anyGraph, (any) => {
        const upstream = reaches(any);
        for (const { name } of any.stages) {
          const expected = any.stages
            .map((stage) => stage.name)
            .filter((up) => up !== name && upstream(up, name));
          expect(upstreamOf(any, name)).toEqual(expected);
        }
      }),
    );
  });

  it('its columns: every stage once, behind all it depends on', () => {
    expect(stageLayers(diamond)).toEqual([['gen'], ['a', 'b'], ['merge']]);
    fc.assert(
      fc.property(anyGraph, (any) => {
        const layers = stageLayers(any);
        expect(layers.flat().toSorted()).toEqual(any.stages.map(({ name }) => name).toSorted());
        const upstream = reaches(any);
        const column = (name: string) => layers.findIndex((layer) => layer.includes(name));
        const inCircle = new Set(
          any.stages.filter(({ name }) => upstream(name, name)).map(({ name }) => name),
        );
        const behindCircle = (name: string) =>
          [...inCircle].some((stage) => stage === name || upstream(stage, name));
        for (const { from, to } of any.dependencies) {
          if (from !== to && !behindCircle(to)) expect(column(from)).toBeLessThan(column(to));
        }
      }),
    );
  });

  it('are answered for a chain of two thousand stages in a moment', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `s${i}`);
    const chain: StageGraph = {
      stages: names.map((name) => ({ name, split: parseSplit(null) })),
      dependencies: names.slice(1).map((to, i) => ({ from: `s${i}`, to })),
    };
    expect(graphProblems(chain)).toEqual([]);
    expect(stageLayers(chain)).toHaveLength(2000);
    expect(upstreamOf(chain, 's1999')).toHaveLength(1999);
  });
});
