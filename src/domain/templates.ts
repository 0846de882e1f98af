/** Templates with `%(name)s`, where `%%` is a percent sign (spec/backend.md 2.5). */
import { type InputProblem, PomsError } from '../errors.ts';

export type TemplateValues = Readonly<Record<string, string>>;

/** A piece of a template: plain text, or the name of a value. */
type Piece = { text: string } | { name: string };

/** Splits a template into pieces, or says what is wrong with it and at which position, counted from 1. */
function readTemplate(template: string): Piece[] | { problem: string; position: number } {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < template.length) {
    const percent = template.indexOf('%', at);
    const end = percent < 0 ? template.length : percent;
    if (end > at) pieces.push({ text: template.slice(at, end) });
    if (percent < 0) break;
    const position = percent + 1;
    if (template.startsWith('%%', percent)) {
      pieces.push({ text: '%' });
      at = percent + 2;
    } else if (template.startsWith('%(', percent)) {
      const close = template.indexOf(')s', percent);
      const name = close < 0 ? '' : template.slice(percent + 2, close);
      if (name === '' || /[()%]/.test(name)) return { problem: 'a name that does not end in ")s"', position };
      pieces.push({ name });
      at = close + 2;
    } else {
      return { problem: 'a single percent sign', position };
    }
  }
  return pieces;
}

function piecesOf(template: string, where: string): Piece[] {
  const pieces = readTemplate(template);
  if (Array.isArray(pieces)) return pieces;
  throw new PomsError('bad-template', { where, ...pieces });
}

const namesIn = (pieces: Piece[]): string[] => [
  ...new Set(pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []))),
];

/** The names that a template uses, each once, in order. Error `bad-template`. */
export function templateNames(template: string, where = 'The template'): string[] {
  return namesIn(piecesOf(template, where));
}

/**
 * The template with its names replaced. Values are put in as they are, never read as templates again.
 * Errors: `bad-template`; `unknown-template-name` with all unknown names at once.
 */
export function render(template: string, values: TemplateValues, where = 'The template'): string {
  const pieces = piecesOf(template, where);
  const unknown = namesIn(pieces).filter((name) => !Object.hasOwn(values, name));
  if (unknown.length > 0) {
    const known = Object.keys(values).sort().join(', ');
    throw new PomsError('unknown-template-name', { where, names: unknown.join(', '), known });
  }
  return pieces.map((piece) => ('text' in piece ? piece.text : (values[piece.name] ?? ''))).join('');
}

/** A text as a template that renders to it. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('%', '%%');
}

/**
 * Values, some of which are templates themselves (a dataset `%(tune)s_gen`): those are rendered with the others,
 * once. A value with neither `%(` nor `)s` is no template: it stays as it is, percent signs included.
 *
 * One pass is all there is: a value that refers to another template (or to itself) is refused with
 * `bad-template`, so nothing can go round in circles. Also `unknown-template-name`.
 */
export function expandValues(values: TemplateValues): TemplateValues {
  const isTemplate = (text: string) => text.includes('%(') && text.includes(')s');
  const plain = Object.fromEntries(Object.entries(values).filter(([, value]) => !isTemplate(value)));
  const expand = (name: string, value: string): string => {
    const where = `The value of ${name}`;
    const nested = templateNames(value, where).find(
      (used) => Object.hasOwn(values, used) && !Object.hasOwn(plain, used),
    );
    if (nested !== undefined) {
      const position = value.indexOf(`%(${nested})s`) + 1;
      throw new PomsError('bad-template', {
        where,
        problem: `the value ${nested}, which is a template itself,`,
        position,
      });
    }
    return render(value, plain, where);
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isTemplate(value) ? expand(name, value) : value]),
  );
}

/** What every launch knows besides the campaign's keywords. */
export interface LaunchValues {
  dataset: string;
  version: string;
  group: string;
  experimenter: string;
  experiment: string;
}

/**
 * All names that a launch's templates may use: the campaign's keywords, overlaid by the launch's own values
 * (`parameter` is another name of the dataset), templates among them expanded.
 */
export function launchValues(keywords: TemplateValues, own: LaunchValues): TemplateValues {
  return expandValues({ ...keywords, ...own, parameter: own.dataset });
}

/** Everything that is wrong with templates, for checks before saving: each with its place and a sentence. */
export function templateProblems(
  templates: readonly { path: string; template: string }[],
  known: readonly string[],
): InputProblem[] {
  return templates.flatMap(({ path, template }): InputProblem[] => {
    const pieces = readTemplate(template);
    if (!Array.isArray(pieces)) {
      return [
        {
          path,
          problem: `It has ${pieces.problem} at position ${pieces.position}; write %% for a percent sign.`,
        },
      ];
    }
    const unknown = namesIn(pieces).filter((name) => !known.includes(name));
    return unknown.length === 0
      ? []
      : [{ path, problem: `It uses ${unknown.join(', ')}, which nothing defines.` }];
  });
}
