/** Reads a log: its end first, what is written while it grows, what stands before when it is asked for. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { get } from '../api/client.ts';
import type { LogPage } from '../api/types.ts';
import { append, begin, type LogText, prepend } from './log-text.ts';

/** Bytes of one piece: a log up to this size is there at once and whole. */
const PIECE = 262_144;
/** How often a growing log is asked for more, ms; slower while nothing comes. */
const QUICK = 1000;
const SLOW = 5000;

export interface OpenLog {
  log: LogText | undefined;
  error: unknown;
  /** Loads what stands before. */
  earlier: () => void;
  retry: () => void;
}

/** `path` is the log's place below the API's root. */
export function useLog(path: string): OpenLog {
  const [log, setLog] = useState<LogText>();
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const busy = useRef(false);
  const current = useRef<LogText | undefined>(undefined);
  current.current = log;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a retry is a new round.
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let known: LogText | undefined;
    const read = async (): Promise<void> => {
      try {
        const offset = known === undefined ? -PIECE : known.end;
        const piece = await get<LogPage>(path, { offset, limit: PIECE }, abort.signal);
        const before = known?.end;
        known = known === undefined ? begin(piece) : append(known, piece);
        const { end, size, ended } = known;
        setLog((shown) => (shown === undefined ? known : append(shown, piece)));
        setError(null);
        if (end < size && end !== before) timer = setTimeout(() => void read(), 0);
        else if (!ended)
          timer = setTimeout(() => void read(), end === before ? Math.min(SLOW, QUICK * 2) : QUICK);
      } catch (problem) {
        if (abort.signal.aborted) return;
        setError(problem);
        timer = setTimeout(() => void read(), SLOW);
      }
    };
    setLog(undefined);
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, round]);

  const earlier = useCallback(() => {
    const shown = current.current;
    if (shown === undefined || shown.start === 0 || busy.current) return;
    busy.current = true;
    const offset = Math.max(0, shown.start - PIECE);
    get<LogPage>(path, { offset, limit: shown.start - offset })
      .then((piece) => setLog((now) => (now === undefined ? now : prepend(now, piece))))
      .catch(setError)
      .finally(() => {
        busy.current = false;
      });
  }, [path]);

  return { log, error, earlier, retry: () => setRound((now) => now + 1) };
}
