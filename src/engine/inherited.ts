/** What a launch takes from the submission that caused it. */
import type { LaunchIntent } from '../services/launches/intents.ts';
import type { FinishedSubmission } from '../services/submissions/following.ts';

type Inherited = Pick<LaunchIntent, 'campaignId' | 'experiment' | 'runId' | 'isTest' | 'requestedBy'>;

export function inherited(from: FinishedSubmission): Inherited {
  return {
    campaignId: from.campaignId,
    experiment: from.experiment,
    runId: from.runId,
    isTest: from.isTest,
    requestedBy: from.creatorId,
  };
}
