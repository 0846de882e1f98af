/** Split texts such as `nfiles(10)`: reading, and writing in one normal form. */
import { PomsError } from '../../errors.ts';
import { readParameters } from './parameters.ts';
import { SPLIT_TYPES, typeOf } from './table.ts';
import type { Split } from './types.ts';

/**
 * Reads a split. Blanks and line ends do not count; `nfiles_10` and `new_local(window=6h)` work as the
 * original's documents promise (defect P1); nothing, or `None`, is the split `none`. Error `bad-split` for an
 * unknown type and for parameters that are wrong or missing.
 */
export function parseSplit(text: string | null): Split {
  const compact = (text ?? '').replace(/\s/g, '');
  if (compact === '') return { type: 'none' };
  const match = /^([a-z]+)(?:_([^()]*))?(?:\(([^()]*)\))?$/i.exec(compact);
  if (match === null) {
    throw new PomsError('bad-split', { split: compact, problem: 'write it as type(parameter,...)' });
  }
  const [, name = '', behind = '', within = ''] = match;
  const type = SPLIT_TYPES.find((candidate) => candidate.name === name.toLowerCase());
  if (type === undefined) {
    const known = SPLIT_TYPES.map((candidate) => candidate.name).join(', ');
    throw new PomsError('bad-split', { split: compact, problem: `there is no type ${name} (${known})` });
  }
  const written = [...behind.split(/[_,]/), ...within.split(',')].filter((argument) => argument !== '');
  const local = (argument: string) =>
    argument === 'local' && type.name === 'new' ? 'localtime=1' : argument;
  return type.read(readParameters(compact, type.parameters, written.map(local)));
}

/** The split in its normal form: `parseSplit` of it gives the same split again. */
export function formatSplit(split: Split): string {
  const written = typeOf(split).write(split);
  return written.length === 0 ? split.type : `${split.type}(${written.join(',')})`;
}
