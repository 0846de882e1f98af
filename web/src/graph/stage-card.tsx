/** One stage at a glance: name, type, its submissions by status, its jobs, its files. */
import type { StageView } from '../api/types.ts';
import { count, counted } from '../format/numbers.ts';
import { Link } from '../links/link.tsx';
import { url } from '../links/url.ts';
import { Chip } from '../status/chip.tsx';
import { statusesOf } from '../status/language.ts';
import { RollUpBar } from '../status/roll-up-bar.tsx';
import { StatusCounts } from '../status/status-counts.tsx';
import styles from './graph.module.css';

export interface StageCardProps {
  experiment: string;
  campaign: string;
  stage: StageView;
  /** Depends on itself: the next slice follows when one is done. */
  repeats: boolean;
  /** The table is filtered to it. */
  chosen: boolean;
}

export function StageCard({ experiment, campaign, stage, repeats, chosen }: StageCardProps) {
  return (
    <section className={styles.card} data-chosen={chosen || undefined} aria-label={`Stage ${stage.name}`}>
      <div className={styles.cardHead}>
        <Link
          to={url.campaign(experiment, campaign, { stage: chosen ? undefined : stage.name })}
          className={styles.name}
          title={
            chosen ? `${stage.name}: show all stages below` : `${stage.name}: show its submissions below`
          }
        >
          {stage.name}
        </Link>
        {stage.type !== 'regular' && <Chip title={`A stage of type ${stage.type}`}>{stage.type}</Chip>}
        {repeats && <Chip title="Depends on itself: the next slice follows when one is done">repeats</Chip>}
      </div>
      <div className={styles.cardLine}>
        <StatusCounts
          counts={stage.submissions}
          noun={`submissions of ${stage.name}`}
          empty="not launched yet"
          to={(kind) => url.campaign(experiment, campaign, { stage: stage.name, status: statusesOf(kind) })}
        />
      </div>
      {stage.type !== 'approval' && <RollUpBar jobs={stage.jobs} />}
      <div className={styles.cardFoot}>
        <span title={fileWords(stage)}>{fileLine(stage)}</span>
        <Waiting stage={stage} />
      </div>
    </section>
  );
}

/** What keeps launches of the stage, in a word or two. */
function Waiting({ stage }: { stage: StageView }) {
  const { queued, starting, failed } = stage.launches;
  if (stage.hold !== null)
    return <Chip title={`${stage.hold.heldBy}: ${stage.hold.reason}`}>launches held</Chip>;
  if (failed > 0)
    return (
      <Chip title="Launches that failed before they had a submission">
        {counted(failed, 'failed launch', 'failed launches')}
      </Chip>
    );
  if (starting > 0) return <Chip>{count(starting)} starting</Chip>;
  if (queued > 0) return <Chip>{count(queued)} queued</Chip>;
  return null;
}

function fileLine({ files, type }: StageView): string {
  if (type === 'approval') return '';
  if (files.total === 0 && files.produced === 0) return 'no files yet';
  const input = files.total === 0 ? '' : `${count(files.consumed)} / ${count(files.total)} in`;
  const output = `${count(files.located)} / ${count(files.produced)} out`;
  return input === '' ? output : `${input}, ${output}`;
}

function fileWords({ files }: StageView): string {
  return `Input: ${count(files.consumed)} of ${count(files.total)} files consumed. Output: ${count(files.located)} of ${count(files.produced)} files located.`;
}
