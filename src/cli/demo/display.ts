/** The progress of a run on a terminal, redrawn in place; or as plain lines when something has changed. */
import { type Colour, paint, type Screen } from '../output.ts';
import { jobWords } from '../status-words.ts';
import { percent, type StageProgress } from './run-progress.ts';

const BAR = 20;
const COLOURS: Record<StageProgress['state'], Colour | null> = {
  waiting: 'gray',
  launching: 'cyan',
  running: 'blue',
  done: 'green',
  failed: 'red',
};

/**
 * On a terminal of `columns()` characters draws bars over the ones before; where that is null, for there is no
 * terminal, prints the lines that differ from those before.
 */
export function createDisplay(
  screen: Screen,
  columns: () => number | null,
): (stages: StageProgress[]) => void {
  let drawn = 0;
  let printed = new Map<string, string>();
  return (stages) => {
    const width = columns();
    if (width !== null) {
      // Up to the first bar, and clear from there on.
      const back = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
      screen.write(back + stages.map((stage) => `${barLine(screen, stage, width)}\n`).join(''));
      drawn = stages.length;
      return;
    }
    const lines = new Map(stages.map((stage) => [stage.stage, plainLine(stage)]));
    for (const [stage, line] of lines) if (printed.get(stage) !== line) screen.write(`${line}\n`);
    printed = lines;
  };
}

/** One line of at most `width` characters: a longer one would wrap, and be drawn over at the wrong place. */
export function barLine(screen: Pick<Screen, 'colours'>, stage: StageProgress, width: number): string {
  // A stage that is done is full, and one that runs is not quite, whatever the jobs known so far say.
  const filled =
    stage.state === 'done' ? BAR : Math.min(BAR - 1, Math.floor((percent(stage.jobs) * BAR) / 100));
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const colour = COLOURS[stage.state];
  const head = `${stage.stage.padEnd(8)} ${paint(screen, colour, bar)} ${paint(screen, colour, stage.state.padEnd(9))}`;
  return `${head} ${clip(countsOf(stage), width - HEAD)}`.trimEnd();
}

/** Characters before the counts: name, bar and state with the blanks between. */
const HEAD = 8 + 1 + BAR + 1 + 9 + 1;

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}

function plainLine(stage: StageProgress): string {
  return `${stage.stage}: ${[stage.state, countsOf(stage)].filter((part) => part !== '').join(', ')}`;
}

/** What changes most comes first, for the end may be cut off. */
function countsOf({ submissions, recoveries, jobs, files }: StageProgress): string {
  const parts = [
    jobWords(jobs) === '' ? '' : `jobs ${jobWords(jobs)}`,
    files.total === 0 ? '' : `files ${files.consumed}/${files.total}`,
    submissions === 0 ? '' : `${submissions} submission${submissions === 1 ? '' : 's'}`,
    recoveries === 0 ? '' : `${recoveries} recover${recoveries === 1 ? 'y' : 'ies'}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
