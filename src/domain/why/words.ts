/** The words of which the sentences are made. Times are durations, so that they read the same in every time zone. */
import type { Said } from './facts.ts';

export function saidWords(said: Said): string {
  if (said === null) return '';
  return 'text' in said
    ? ` ${opened(said.text)}`
    : ` Asking the batch system why failed: ${sentence(said.problem)}`;
}

/** A sentence of its own. */
export function opened(text: string): string {
  const whole = sentence(text);
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

/** The end of a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function seconds(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000);
}

/** `40 s`, `12 min`, `5 h`, `3 days`. */
export function lasting(from: Date, to: Date): string {
  return duration(seconds(from, to));
}

function duration(s: number): string {
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} days`;
}

export function coming(at: Date, now: Date): string {
  const left = (at.getTime() - now.getTime()) / 1000;
  return left <= 1 ? 'due now' : `in ${duration(left)}`;
}
