/**
 * A stand-in for the parts of Rucio that POMS and jobs ask: `/replicas/list` and `/replicas`. Written from the recorded shapes of
 * spec/data-handling.md 3.2 and 3.6, not against a real server.
 */
import type { Answer, Asked } from './server.ts';
import type { StandInState } from './state.ts';

export function answerRucio(state: StandInState, { path, body, user }: Asked): Answer {
  const refused = (status: number, exception: string): Answer => ({
    status,
    type: 'application/json',
    headers: { ExceptionClass: exception },
    body: JSON.stringify({ ExceptionClass: exception, ExceptionMessage: exception }),
  });
  if (user === null) return refused(401, 'CannotAuthenticate');
  if (path === 'replicas') {
    const { rse, files } = JSON.parse(body) as { rse: string; files: { scope: string; name: string }[] };
    for (const { scope, name } of files) {
      const did = `${scope}:${name}`;
      state.replicas.set(did, [...(state.replicas.get(did) ?? []), rse]);
    }
    return { status: 201, type: 'application/json', body: '' };
  }
  if (path !== 'replicas/list') return refused(404, 'NotFound');
  const { dids } = JSON.parse(body) as { dids: { scope: string; name: string }[] };
  const rows = dids.flatMap(({ scope, name }) => {
    const rses = state.replicas.get(`${scope}:${name}`) ?? [];
    if (rses.length === 0) return [];
    const url = (rse: string) => `root://${rse.toLowerCase()}.example.org/${scope}/${name}`;
    return [
      {
        scope,
        name,
        bytes: 1,
        adler32: '00000001',
        pfns: Object.fromEntries(
          rses.map((rse) => [url(rse), { rse, type: 'DISK', domain: 'wan', priority: 1 }]),
        ),
        rses: Object.fromEntries(rses.map((rse) => [rse, [url(rse)]])),
        states: Object.fromEntries(rses.map((rse) => [rse, 'AVAILABLE'])),
      },
    ];
  });
  return {
    status: 200,
    type: 'application/x-json-stream',
    body: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  };
}
