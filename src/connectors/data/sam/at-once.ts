/** Calls of a SAM server at the same time: enough to hide the way there, few enough not to be a burden. */
const AT_ONCE = 8;

/** In the order of `items`. */
export async function atOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let place = next++; place < items.length; place = next++) {
      results[place] = await work(items[place] as T);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
