import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyName, dependencyQuery } from './dependencies.ts';
import { parseDimensions } from './dimensions/index.ts';
import type { OutputSpec } from './output.ts';

const output: OutputSpec = {
  patterns: ['%.root'],
  softwareVersion: 'v1_0',
  createdAfter: new Date('2024-05-01T12:00:00Z'),
  depth: 1,
};
const start =
  "ischildof:( snapshot_for_project_name prj ) and version v1_0 and create_date > '2024-05-01T12:00:00+0000' and ";

describe('the dataset of a dependent stage', () => {
  it('is what the files of the project became', () => {
    expect(dependencyQuery('prj', output)).toBe(`${start}file_name like '%.root'`);
    expect(dependencyQuery('prj', { ...output, depth: 3 })).toContain(
      'ischildof:( ischildof:( ischildof:( snapshot_for_project_name prj ) ) ) and',
    );
  });

  it('takes files of any of several patterns (defect D2)', () => {
    const query = dependencyQuery('prj', {
      ...output,
      patterns: ['%.a, %.b', 'data_tier raw or data_tier reco'],
    });
    expect(query).toBe(
      `${start}(file_name like '%.a' or file_name like '%.b' or (data_tier raw or data_tier reco))`,
    );
  });

  it('keeps a fragment within its borders', () => {
    const tree = parseDimensions(
      dependencyQuery('prj', { ...output, patterns: ['data_tier raw or data_tier reco'] }),
    );
    expect(tree.kind).toBe('and');
  });

  it('is text that the language accepts, whatever the names and patterns', () => {
    const text = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((value) => !value.includes('"'));
    const pattern = fc.stringMatching(/^[A-Za-z0-9_%.?*'-]+$/);
    fc.assert(
      fc.property(text, text, fc.array(pattern), (project, softwareVersion, patterns) => {
        const query = dependencyQuery(project, { ...output, softwareVersion, patterns });
        expect(parseDimensions(query).kind).toBe('and');
      }),
    );
  });
});

describe('names of datasets', () => {
  it('tell the submission and the number of the dependent', () => {
    expect(dependencyName(12, 1, null)).toBe('poms_depends_12_1');
    expect(dependencyName(12, 2, 'jdoe')).toBe('poms_jdoe_depends_12_2');
  });
});
