import { definitionFiles, writeDate, writeLocalDate } from '../dimension-text.ts';
import { nameProblem, writeDuration } from './parameters.ts';
import type { NewSplit, SplitType } from './types.ts';

const DEFAULTS: NewSplit = {
  type: 'new',
  window: 604_800,
  round: 1,
  fts: 1800,
  localtime: false,
  firsttime: null,
  lasttime: null,
};

/**
 * Files by the end of their data taking, one window of time after the other. A window is planned only when it
 * has passed for at least `fts`, so that no file comes late. The cursor is the end of the last window.
 */
export const newSplit: SplitType<NewSplit> = {
  name: 'new',
  description:
    'Files that are new since the last slice, by the end of their data taking, a window of time each.',
  example: 'new(window=1d,round=1h)',
  parameters: [
    { name: 'window', kind: 'duration', default: '1w', description: 'Width of one slice (w d h m s).' },
    { name: 'round', kind: 'duration', default: '1s', description: 'Times are multiples of this.' },
    { name: 'fts', kind: 'duration', default: '30m', description: 'How long new files take to be declared.' },
    { name: 'localtime', kind: 'flag', default: '0', description: 'Write times in local time, not in UTC.' },
    { name: 'firsttime', kind: 'time', default: '', description: 'Where to begin; empty: one window ago.' },
    { name: 'lasttime', kind: 'time', default: 'now', description: 'Where to stop; empty: the present.' },
  ],
  finite: true,
  endsWhenDatasetEmpty: false,
  cutsFiles: false,
  read: (parameters) => {
    const round = parameters.duration('round');
    if (round < 1) return parameters.refuse('round must be at least 1s');
    const window = roundDown(parameters.duration('window'), round);
    if (window < 1) return parameters.refuse('window must be at least as long as round');
    return {
      type: 'new',
      window,
      round,
      fts: parameters.duration('fts'),
      localtime: parameters.flag('localtime'),
      firsttime: parameters.time('firsttime'),
      lasttime: parameters.time('lasttime'),
    };
  },
  write: (split) => [
    ...(split.window === DEFAULTS.window ? [] : [`window=${writeDuration(split.window)}`]),
    ...(split.round === DEFAULTS.round ? [] : [`round=${writeDuration(split.round)}`]),
    ...(split.fts === DEFAULTS.fts ? [] : [`fts=${writeDuration(split.fts)}`]),
    ...(split.localtime ? ['localtime=1'] : []),
    ...(split.firsttime === null ? [] : [`firsttime=${split.firsttime}`]),
    ...(split.lasttime === null ? [] : [`lasttime=${split.lasttime}`]),
  ],
  datasetProblem: nameProblem,
  plan: (split, { dataset }, cursor, now) => {
    const latest = latestStart(split, now);
    const start = cursor ?? split.firsttime ?? latest;
    if (latest < 0 || start > latest) return null;
    const end = start + split.window;
    const write = split.localtime ? writeLocalDate : writeDate;
    const from = write(new Date(start * 1000));
    const to = write(new Date(end * 1000));
    const name = `${dataset}_time_${start}__${end}`;
    const query = `${definitionFiles(dataset)} and end_time > '${from}' and end_time <= '${to}'`;
    return { kind: 'query', name, query, whenEmpty: 'skip', key: name, cursor: end };
  },
  slicesLeft: (split, _source, cursor, now) => {
    const latest = latestStart(split, now);
    const start = cursor ?? split.firsttime ?? latest;
    return latest < 0 || start > latest ? 0 : Math.floor((latest - start) / split.window) + 1;
  },
};

/** The last moment at which a window may begin; negative: none fits between 1970 and the end. */
function latestStart(split: NewSplit, now: Date): number {
  const last = split.lasttime ?? Math.floor(now.getTime() / 1000);
  return roundDown(last - split.fts - split.window, split.round);
}

function roundDown(seconds: number, step: number): number {
  return seconds - (seconds % step);
}
