/** An answer for somebody who waits: in time, or what there is instead. */
import { setTimeout as sleep } from 'node:timers/promises';

/** The answer, or `otherwise` where it takes longer; what was asked goes on until it ends by its own limits. */
export async function soon<T, U>(
  answer: Promise<T>,
  milliseconds: number,
  otherwise: () => U,
): Promise<T | U> {
  const timer = new AbortController();
  // Whoever asks may have gone when it fails.
  answer.catch(() => {});
  const late = sleep(milliseconds, null, { signal: timer.signal }).then(otherwise);
  late.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    timer.abort();
  }
}
