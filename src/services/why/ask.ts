/** Asks batch systems why a job does not run: briefly, and not again for a while, however many pages are open. */
import type { BatchSystem } from '../../connectors/batch/types.ts';
import type { Said } from '../../domain/why/index.ts';

export type AskWhy = (system: string, batchId: string) => Promise<Said>;

const TIMEOUT_MS = 10_000;
const KEEP_MS = 30_000;
const MOST = 1000;

/** Answers within 10 s, always: what a batch system does not say is told as a problem. */
export function createAskWhy(
  systems: ReadonlyMap<string, BatchSystem>,
  { timeoutMs = TIMEOUT_MS, keepMs = KEEP_MS }: { timeoutMs?: number; keepMs?: number } = {},
): AskWhy {
  const known = new Map<string, { asked: number; said: Promise<Said> }>();
  return (name, batchId) => {
    const system = systems.get(name);
    if (system?.why === undefined) return Promise.resolve(null);
    const key = `${name} ${batchId}`;
    const before = known.get(key);
    if (before !== undefined && Date.now() - before.asked < keepMs) return before.said;
    const said = ask(system.why(batchId), timeoutMs);
    known.delete(key);
    known.set(key, { asked: Date.now(), said });
    // A map keeps the order in which its keys came: the first is the oldest.
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break;
      known.delete(oldest);
    }
    return said;
  };
}

async function ask(answer: Promise<string | null>, timeoutMs: number): Promise<Said> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Said>((resolve) => {
    timer = setTimeout(() => resolve({ problem: `no answer within ${timeoutMs / 1000} s` }), timeoutMs);
  });
  const said = answer.then(
    (text): Said => (text === null ? null : { text }),
    (error: unknown): Said => ({ problem: error instanceof Error ? error.message : String(error) }),
  );
  try {
    return await Promise.race([said, late]);
  } finally {
    clearTimeout(timer);
  }
}
