/** Which experiment the reader looked at last, kept in the browser. */
const STORED = 'poms.experiment';

/** The last one if the person still belongs to it, else the first; null where there is none. */
export function lastExperiment(mine: readonly string[]): string | null {
  const last = localStorage.getItem(STORED);
  return last !== null && mine.includes(last) ? last : (mine[0] ?? null);
}

export function rememberExperiment(experiment: string): void {
  localStorage.setItem(STORED, experiment);
}
