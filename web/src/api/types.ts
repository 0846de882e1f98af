/** The API's shapes, taken from the schemas of the services. Types only: nothing of the server is bundled. */
import type { z } from 'zod';
import type * as campaigns from '../../../src/services/campaigns/schema.ts';
import type * as common from '../../../src/services/common.ts';
import type * as datasets from '../../../src/services/datasets/schema.ts';
import type * as failures from '../../../src/services/failures/schema.ts';
import type * as jobActions from '../../../src/services/job-actions/schema.ts';
import type * as launches from '../../../src/services/launches/schema.ts';
import type * as submissions from '../../../src/services/submissions/schema.ts';

export type { JobAction } from '../../../src/domain/job-actions.ts';
export type { JobCounts, JobState } from '../../../src/domain/job-state.ts';
export type { Status } from '../../../src/domain/status.ts';
export type { ProblemDocument } from '../../../src/http/errors.ts';
export type {
  CampaignRow,
  CampaignView,
  StageView,
  SubmissionCounts,
} from '../../../src/services/campaigns/schema.ts';
export type { DatasetRow, FileRow, LineageView } from '../../../src/services/datasets/schema.ts';
export type { FailureFactor, FailureGroup } from '../../../src/services/failures/schema.ts';
export type { JobActionScope, JobActionView, Skipped } from '../../../src/services/job-actions/schema.ts';
export type { JobRow } from '../../../src/services/jobs/schema.ts';
export type { LaunchRow } from '../../../src/services/launches/schema.ts';
export type { EventView, SubmissionRow, SubmissionView } from '../../../src/services/submissions/schema.ts';
export type { SystemsView } from '../../../src/services/systems/schema.ts';
export type { WhyView } from '../../../src/services/why/schema.ts';

export type DatasetDetail = z.infer<typeof datasets.datasetDetail>;
export type QuerySummary = z.infer<typeof datasets.querySummary>;
export type Explanation = z.infer<typeof datasets.explanation>;
export type FileDetail = z.infer<typeof datasets.fileDetail>;
export type FileReport = z.infer<typeof datasets.fileReport>;
export type FileUsesView = z.infer<typeof datasets.usesView>;
export type ReportRow = FileReport['items'][number];
export type DependencyView = z.infer<typeof campaigns.dependencyView>;
export type FailureList = z.infer<typeof failures.failureList>;
export type FailureJob = z.infer<typeof failures.failureJob>;
export type HoldInfo = z.infer<typeof common.holdInfo>;
export type LogPage = z.infer<typeof common.logPage>;
export type LaunchPreview = z.infer<typeof launches.launchPreview>;
/** As it is sent: what has a default may be left out. */
export type LaunchInput = z.input<typeof launches.launchRequest>;
export type JobActionQuestion = z.input<typeof jobActions.jobActionPreviewRequest>;
export type JobActionInput = z.input<typeof jobActions.jobActionRequest>;
export type JobActionPreview = z.infer<typeof jobActions.jobActionPreview>;
export type ActionView = z.infer<typeof submissions.actionView>;
export type ActionInput = z.input<typeof submissions.actionRequest>;
export type ActionResult = z.infer<typeof submissions.actionResult>;
export type OutputFile = z.infer<typeof submissions.outputFile>;
export type FileCounts = submissions.SubmissionRow['files'];

/** Who looks, and what he may do where. */
export interface Me {
  username: string;
  name: string;
  root: boolean;
  /** How POMS knows: `developer` means that everyone on this machine is this person. */
  identity: string;
  experiments: { experiment: string; name: string; role: string }[];
}
