/** Where files are, by Rucio (spec/data-handling.md 3.6). */
import { z } from 'zod';
import { NotUnderstood } from '../../http/answer.ts';
import { type Caller, readRecords } from './caller.ts';
import type { Did } from './mql.ts';

/** Files asked about in one call. */
const AT_ONCE = 1000;

const replicas = z.object({
  scope: z.string(),
  name: z.string(),
  pfns: z.record(z.string(), z.unknown()),
});

export interface RucioClient {
  /** URLs of the replicas by `namespace:name`; files without one are left out. */
  locations(files: readonly Did[]): Promise<Map<string, string[]>>;
}

export function createRucioClient({ call }: Caller): RucioClient {
  return {
    async locations(files) {
      const found = new Map<string, string[]>();
      for (let start = 0; start < files.length; start += AT_ONCE) {
        const dids = files
          .slice(start, start + AT_ONCE)
          .map(({ namespace, name }) => ({ scope: namespace, name }));
        const rows = await call(
          {
            method: 'POST',
            path: 'replicas/list',
            body: { json: { dids, all_states: false } },
            repeatable: true,
          },
          (answer) => {
            const parsed = z.array(replicas).safeParse(readRecords(answer));
            if (parsed.success) return parsed.data;
            throw new NotUnderstood('its replicas are not as expected');
          },
        );
        for (const { scope, name, pfns } of rows) {
          const urls = Object.keys(pfns);
          if (urls.length > 0) found.set(`${scope}:${name}`, urls);
        }
      }
      return found;
    },
  };
}
