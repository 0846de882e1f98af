/** The progress of a run on a terminal, redrawn in place; or as plain lines when something has changed. */
import { type Colour, paint, type Screen } from '../output.ts';
import { jobWords } from '../status-words.ts';
import { percent, type StageProgress } from './run-progress.ts';

const BAR = 24;
const COLOURS: Record<StageProgress['state'], Colour | null> = {
  waiting: 'gray',
  launching: 'cyan',
  running: 'blue',
  done: 'green',
  failed: 'red',
};

/** Draws bars over the ones before where `inPlace`; else prints the lines that differ from those before. */
export function createDisplay(screen: Screen, inPlace: boolean): (stages: StageProgress[]) => void {
  let drawn = 0;
  let printed = new Map<string, string>();
  return (stages) => {
    if (inPlace) {
      // Up to the first bar, and clear from there on.
      const back = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
      screen.write(back + stages.map((stage) => `${barLine(screen, stage)}\n`).join(''));
      drawn = stages.length;
      return;
    }
    const lines = new Map(stages.map((stage) => [stage.stage, plainLine(stage)]));
    for (const [stage, line] of lines) if (printed.get(stage) !== line) screen.write(`${line}\n`);
    printed = lines;
  };
}

export function barLine(screen: Pick<Screen, 'colours'>, stage: StageProgress): string {
  // A stage that is done is full, and one that runs is not quite, whatever the jobs known so far say.
  const filled =
    stage.state === 'done' ? BAR : Math.min(BAR - 1, Math.floor((percent(stage.jobs) * BAR) / 100));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const state = paint(screen, COLOURS[stage.state], stage.state.padEnd(9));
  return `${stage.stage.padEnd(10)} ${paint(screen, COLOURS[stage.state], bar)} ${state} ${countsOf(stage)}`.trimEnd();
}

function plainLine(stage: StageProgress): string {
  return `${stage.stage}: ${[stage.state, countsOf(stage)].filter((part) => part !== '').join(', ')}`;
}

function countsOf({ submissions, recoveries, jobs, files }: StageProgress): string {
  const parts = [
    submissions === 0 ? '' : `${submissions} submission${submissions === 1 ? '' : 's'}`,
    recoveries === 0 ? '' : `${recoveries} recover${recoveries === 1 ? 'y' : 'ies'}`,
    jobWords(jobs) === '' ? '' : `jobs ${jobWords(jobs)}`,
    files.total === 0 ? '' : `files ${files.consumed}/${files.total}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
