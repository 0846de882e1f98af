import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyName, dependencyQuery, originOfName } from './dependencies.ts';
import { parseDimensions } from './dimensions/index.ts';
import type { OutputSpec } from './output.ts';
import { recoveryName } from './recoveries.ts';

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

  it('are understood again, also those of analysis users and of the original', () => {
    const id = fc.integer({ min: 1, max: 10_000_000 });
    const user = fc.option(fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/));
    fc.assert(
      fc.property(id, fc.integer({ min: 0, max: 20 }), user, (submissionId, i, name) => {
        expect(originOfName(dependencyName(submissionId, i, name))).toEqual({
          relation: 'depends',
          submissionId,
        });
        expect(originOfName(recoveryName(submissionId, i))).toEqual({ relation: 'recovers', submissionId });
      }),
    );
    expect(originOfName('poms_recover_0b8ba5a6-7b1c-4c8e-9d8a-0123456789ab_7_1')).toEqual({
      relation: 'recovers',
      submissionId: 7,
    });
    expect(originOfName('raw_data_2024')).toBeNull();
  });
});
