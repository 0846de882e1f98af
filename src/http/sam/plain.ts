/** Objects as people read them: `Key: value` lines, keys aligned to the right. */

/** Words that SAM writes in its own way. */
const TITLES: Record<string, string> = {
  defname: 'Definition Name',
  defid: 'Definition Id',
  create_time: 'Creation Date',
};

/** The values of a list stand below each other. What is null is left out. */
export function linesOf(value: Record<string, unknown>): string {
  const fields = Object.entries(value)
    .filter(([, content]) => content !== null && content !== undefined)
    .map(([key, content]) => ({ title: titleOf(key), texts: textsOf(key, content) }));
  const width = Math.max(0, ...fields.map(({ title }) => title.length));
  return fields
    .flatMap(({ title, texts }) =>
      texts.map((text, index) =>
        index === 0 ? `${title.padStart(width)}: ${text}` : `${' '.repeat(width + 2)}${text}`,
      ),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** `file_name` is File Name; a parameter keeps its own name. */
function titleOf(key: string): string {
  if (key.includes('.')) return key;
  return TITLES[key] ?? key.replaceAll('_', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

function textsOf(key: string, content: unknown): string[] {
  if (key === 'runs' && Array.isArray(content)) return content.map(runText);
  if (!Array.isArray(content)) return [textOf(content)];
  return content.length === 0 ? [''] : content.map(textOf);
}

/** 6837 (test), or with its subrun 6837.0012 (test). */
function runText(run: unknown): string {
  const [number, subrun, type] = Array.isArray(run) ? run : [run];
  const place = subrun === null || subrun === undefined ? '' : `.${String(subrun).padStart(4, '0')}`;
  return `${number}${place}${type ? ` (${type})` : ''}`;
}

/** Of an object: its name where it has one, else all that it says. */
function textOf(content: unknown): string {
  if (typeof content !== 'object' || content === null) return String(content);
  if ('file_name' in content) return String(content.file_name);
  if ('location' in content) return String(content.location);
  if ('family' in content && 'name' in content && 'version' in content)
    return `${content.family} ${content.name} ${content.version}`;
  return Object.entries(content)
    .filter(([, value]) => value !== null && value !== 0)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(', ');
}
