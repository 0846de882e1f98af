/** Which files POMS can show, and where their bytes are. */

const TYPES: Record<string, string> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  json: 'application/json',
  ndjson: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  log: 'text/plain; charset=utf-8',
};

/** By the ending of the name; null for what is not shown. */
export function mediaTypeOf(name: string): string | null {
  return TYPES[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? null;
}

/** Of a file that is known to this data handling. */
export function contentUrl(experiment: string, name: string, dataHandling: string): string {
  const query = dataHandling === 'catalogue' ? '' : `?dataHandling=${encodeURIComponent(dataHandling)}`;
  return `/api/v1/experiments/${experiment}/files/${encodeURIComponent(name)}/content${query}`;
}
