/** The one-line answer of a campaign's page: is it well, and if not, what is it that needs a person. */
import type { CampaignView } from '../../api/types.ts';
import { counted } from '../../format/numbers.ts';

export function campaignAnswer(view: CampaignView): string {
  const { submissions, launches } = view;
  const stuck = [
    part(submissions.failed, 'submission', 'failed'),
    part(launches.failed, 'launch', 'failed', 'launches'),
    part(submissions.held, 'submission', 'held by the batch system'),
    part(submissions.approval, 'submission', 'waiting for approval'),
  ].filter((text) => text !== null);
  const moving = [
    part(submissions.running, 'submission', 'running'),
    part(submissions.waiting, 'submission', 'waiting'),
    part(launches.queued + launches.starting, 'launch', 'on the way', 'launches'),
  ].filter((text) => text !== null);
  const sentences = [
    ...(stuck.length > 0 ? [list(stuck)] : []),
    ...(moving.length > 0 ? [list(moving)] : []),
  ];
  if (sentences.length > 0) return sentences.join(' ');
  const ended = submissions.done + submissions.finished + submissions.stopped;
  return ended === 0
    ? 'Nothing was launched yet.'
    : `Nothing is running and nothing is stuck; ${counted(submissions.done, 'submission')} done.`;
}

function part(value: number, one: string, what: string, many = `${one}s`): string | null {
  return value === 0 ? null : `${counted(value, one, many)} ${what}`;
}

function list(parts: string[]): string {
  return `${parts.join(', ')}.`;
}
