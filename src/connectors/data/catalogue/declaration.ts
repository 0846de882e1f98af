/** What a file's metadata must look like to be declared: the SAM metadata format. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PomsError } from '../../../errors.ts';
import { parseInstant } from './times.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const word = z.string().min(1).max(200);
const fileName = z
  .string()
  .max(250)
  .regex(/^[\x21-\x2e\x30-\x7e]+$/, 'must be printable ASCII without blanks and slashes');
const time = z.string().transform((text, context) => {
  const instant = parseInstant(text);
  if (instant) return instant.from;
  context.addIssue({ code: 'custom', message: 'is not a time such as 2026-01-31T12:00:00+00:00' });
  return z.NEVER;
});
const run = z.union([
  z.tuple([count, count, word]),
  z.tuple([count, word]),
  z.tuple([count, count]),
  z.tuple([count]),
]);
const parent = z.union([fileName, z.object({ file_name: fileName }), z.object({ file_id: count })]);
const parameterValue = z.union([z.string(), z.number(), z.boolean()]);

const shape = z
  .object({
    file_name: fileName,
    file_size: count,
    file_type: word.optional(),
    file_format: word.optional(),
    data_tier: word.optional(),
    data_stream: word.optional(),
    group: word.optional(),
    event_count: count.nullish(),
    first_event: count.nullish(),
    last_event: count.nullish(),
    start_time: time.nullish(),
    end_time: time.nullish(),
    user: word.optional(),
    content_status: z.enum(['good', 'bad']).optional(),
    application: z.object({ family: word, name: word, version: word }).optional(),
    checksum: z.union([word.transform((one) => [one]), z.array(word)]).optional(),
    runs: z.array(run).optional(),
    parents: z.array(parent).optional(),
    locations: z.array(z.string().min(1)).optional(),
    process_id: count.optional(),
  })
  .catchall(z.unknown());

const KNOWN = new Set(Object.keys(shape.shape));

export interface Declaration extends z.infer<typeof shape> {
  /** `category.name` parameters by their names in lower case. */
  parameters: Record<string, string | number | boolean>;
  /** Names that were written with capitals, or null. */
  spelling: Record<string, string> | null;
  digest: string;
}

type Shape = z.infer<typeof shape>;
type Fields = { [Field in keyof Shape as string extends Field ? never : Field]?: Shape[Field] | undefined };

/** A change of metadata: what is given is set, what is null is removed, the rest stays. */
export interface Change extends Omit<Fields, 'file_name'> {
  file_name: string;
  parameters: Declaration['parameters'];
  spelling: Declaration['spelling'];
  /** Names of fields and, in lower case, of parameters that are removed. */
  removed: string[];
}

/** Reads one file's metadata; error 'bad-metadata' names the file and every field that is wrong. */
export function readDeclaration(input: unknown): Declaration {
  const data = parse(shape, input);
  return { ...data, ...readParameters(data), digest: digestOf(input) };
}

const changeShape = shape.partial().required({ file_name: true });
/** What every file has. */
const LASTING = ['file_name', 'file_size', 'content_status'];
/** Changed by calls of their own, or by nobody. */
const APART = ['locations', 'user', 'process_id'];

/** Reads the change of one file's metadata; error 'bad-metadata' as above. */
export function readChange(input: unknown): Change {
  const fields = Object.entries(typeof input === 'object' && input !== null ? input : {});
  const removed = fields.flatMap(([name, value]) => (value === null ? [name] : []));
  const given = Object.fromEntries(fields.filter(([, value]) => value !== null));
  const refused = [
    ...removed.filter((name) => LASTING.includes(name)).map((name) => `${name} cannot be removed`),
    ...fields.filter(([name]) => APART.includes(name)).map(([name]) => `${name} cannot be changed like this`),
    ...removed.filter((name) => !KNOWN.has(name) && !PARAMETER.test(name)).map(noField),
  ];
  if (refused.length > 0) throw badMetadata(nameOf(input), refused);
  const data = parse(changeShape, given);
  return {
    ...data,
    ...readParameters(data),
    removed: removed.map((name) => (KNOWN.has(name) ? name : name.toLowerCase())),
  };
}

function parse<T extends z.ZodType>(of: T, input: unknown): z.output<T> {
  const parsed = of.safeParse(input);
  if (parsed.success) return parsed.data;
  throw badMetadata(
    nameOf(input),
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`),
  );
}

/** `file_partition` is kept with the parameters: a field of SAM's that hardly any file has. */
const PARAMETER = /^(?:file_partition|[A-Za-z][\w+-]*\.[\w.+-]+)$/;

const noField = (name: string) => `${name} is no field, nor a parameter category.name`;

/** All that is no field is a parameter. */
function readParameters(data: {
  file_name: string;
  [name: string]: unknown;
}): Pick<Declaration, 'parameters' | 'spelling'> {
  const parameters: Declaration['parameters'] = {};
  const spelling: Record<string, string> = {};
  const problems: string[] = [];
  for (const [name, content] of Object.entries(data)) {
    if (KNOWN.has(name)) continue;
    const value = parameterValue.safeParse(content);
    if (!PARAMETER.test(name)) problems.push(noField(name));
    else if (!value.success) problems.push(`${name}: a parameter is a text, a number, or true or false`);
    else {
      parameters[name.toLowerCase()] = value.data;
      if (name !== name.toLowerCase()) spelling[name.toLowerCase()] = name;
    }
  }
  if (problems.length > 0) throw badMetadata(data.file_name, problems);
  return { parameters, spelling: Object.keys(spelling).length > 0 ? spelling : null };
}

export function badMetadata(file: string, problems: string[]): PomsError {
  return new PomsError('bad-metadata', { file, problems: problems.join('; ') });
}

/** The same for the same declaration, whatever the order of fields. Locations come and go: they do not count. */
function digestOf(input: unknown): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  const { locations: _, ...rest } = input as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify(rest, sorted)).digest('hex');
}

function nameOf(input: unknown): string {
  const name = input !== null && typeof input === 'object' && 'file_name' in input ? input.file_name : null;
  return typeof name === 'string' ? name : 'without a name';
}
