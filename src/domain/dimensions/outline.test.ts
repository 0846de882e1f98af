import { expect, it } from 'vitest';
import { outlineOf, parseDimensions } from './index.ts';

it.each([
  ['data_tier raw', ['data_tier raw']],
  [
    'snapshot_for_project_name P minus (project_name P and consumed_status co%)',
    ['snapshot_for_project_name P', 'without', '- All of', '-- project_name P', '-- consumed_status co%'],
  ],
  [
    'isparentof:( version v1 with availability physical ) and not defname: bad with limit 10',
    [
      'Files, at most 10, of',
      '- All of',
      '-- Parents of',
      '--- Files with availability physical of',
      '---- version v1',
      '-- Not',
      '--- Definition bad',
    ],
  ],
])('%s', (query, lines) => {
  const written = outlineOf(parseDimensions(query)).map(({ depth, text }) =>
    depth === 0 ? text : `${'-'.repeat(depth)} ${text}`,
  );
  expect(written).toEqual(lines);
});
