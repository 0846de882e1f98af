/** Why a submission or a job is not moving. */
export type { JobFacts, Said, SubmissionFacts } from './facts.ts';
export { whyJob } from './job.ts';
export { whySubmission } from './submission.ts';
