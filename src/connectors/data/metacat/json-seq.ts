/** Answers in several records: `application/json-seq` of MetaCat (each begins with byte 0x1e), NDJSON of Rucio. */

const RECORD = String.fromCharCode(0x1e);

/** The records of the text, a line each; throws SyntaxError for one that is no JSON, as where an answer was cut off. */
export function parseRecords(text: string): unknown[] {
  return text
    .split('\n')
    .map((line) => line.replaceAll(RECORD, '').trim())
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
