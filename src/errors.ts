/**
 * The catalogue of errors: every error that a person can meet has one entry here, with a stable code, the HTTP
 * status, what happened and what to do next. `docs/errors.md` is generated from it.
 *
 * Placeholders `{name}` are filled from the details that come with the error.
 */
interface ErrorEntry {
  status: number;
  title: string;
  /** What happened, to which object. */
  message: string;
  /** What to do next. */
  advice: string;
}

const define = <T extends Record<string, ErrorEntry>>(entries: T): T => entries;

export const ERRORS = define({
  'bad-request': {
    status: 400,
    title: 'The request is not valid',
    message: '{problem}',
    advice: 'Correct what is named and send it again; nothing was changed.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    message: 'The body of the request is larger than the {limit} that this call takes.',
    advice: 'Send it in several parts; nothing was changed.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    message: 'There is no {kind} {name} here.',
    advice: 'Check the name and the experiment.',
  },
  'not-signed-in': {
    status: 401,
    title: 'Not signed in',
    message: 'The request came without an identity that POMS can believe.',
    advice: 'Sign in through the front, or send a token.',
  },
  'not-allowed': {
    status: 403,
    title: 'Not allowed',
    message: '{who} may not {action}: {reason}',
    advice: 'Ask a member of the experiment with the role that is named.',
  },
  'cross-origin': {
    status: 403,
    title: 'Not from this site',
    message: 'A change was asked for from another site ({origin}).',
    advice: 'Use the console of this POMS, or a client without a browser.',
  },
  'name-taken': {
    status: 409,
    title: 'The name is taken',
    message: 'There is already a {kind} {name} in this experiment.',
    advice: 'Choose another name, or change the one that exists.',
  },
  'stale-version': {
    status: 409,
    title: 'Somebody else saved first',
    message:
      '{kind} {name} was changed by {who} at {when}: it is now version {current}, your change was made on version {yours}.',
    advice: 'Look at what changed, then make your change again on the new version.',
  },
  'in-use': {
    status: 409,
    title: 'Still in use',
    message: '{kind} {name} is used by {users}.',
    advice: 'Change or remove what uses it first.',
  },
  'bad-campaign': {
    status: 422,
    title: 'The campaign is not valid',
    message: '{problems}',
    advice: 'Correct the places that are named; nothing was stored.',
  },
  'bad-split': {
    status: 422,
    title: 'The split is not valid',
    message: 'Split {split}: {problem}.',
    advice: 'See the list of split types in docs/campaign-files.md.',
  },
  'unknown-template-name': {
    status: 422,
    title: 'Unknown name in a template',
    message: '{where} uses {names}, which nothing defines.',
    advice:
      'Define the name among the campaign keywords, or write %% for a percent sign. Known names: {known}.',
  },
  'bad-template': {
    status: 422,
    title: 'A template cannot be read',
    message: '{where} has {problem} at position {position}.',
    advice: 'Write %(name)s for a value and %% for a percent sign.',
  },
  'unsafe-value': {
    status: 422,
    title: 'A value could be taken for a command',
    message: '{where}: the {name} "{value}" has characters that a shell gives a meaning to.',
    advice: 'Use letters, digits and _ . , : @ % + = / ^ - in names of datasets and versions.',
  },
  'place-not-allowed': {
    status: 403,
    title: 'Not on this host and account',
    message: '{experiment} may not launch as {account} on {host}; its launch rules allow {allowed}.',
    advice: 'Choose what the rules allow, or ask a superuser of the experiment to change the launch rules.',
  },
  'no-slice-left': {
    status: 409,
    title: 'No slice is left',
    message: 'Stage {stage} has launched every slice of {dataset}.',
    advice: 'Add files to the dataset, or reset the split of the stage to begin again.',
  },
  'nothing-to-recover': {
    status: 409,
    title: 'Nothing to recover',
    message: 'Submission {submission} has nothing to recover: {why}.',
    advice: 'Choose another recovery type, or launch the dataset again.',
  },
  'several-leading-stages': {
    status: 409,
    title: 'Which stage should begin?',
    message: 'Campaign {campaign} has {count} stages that depend on nothing: {stages}.',
    advice: 'Launch one of them by name.',
  },
  'launches-held': {
    status: 423,
    title: 'Launches are held',
    message: 'Launches of {scope} are held by {who} since {since}: {reason}',
    advice: 'The launch is queued and starts when the hold is released.',
  },
  'launch-script-failed': {
    status: 502,
    title: 'The launch script failed',
    message: 'The launch script of stage {stage} ended with exit status {exitCode}.',
    advice: 'Read the end of the launch log, correct the job type or the login setup, and launch again.',
  },
  'launch-script-not-found': {
    status: 502,
    title: 'The launch script was not found',
    message:
      'The shell on {host} could not find or run the launch script of stage {stage} (exit status {exitCode}).',
    advice: 'Check the path in the job type, and that the file exists on the launch host and is executable.',
  },
  'launch-no-job': {
    status: 502,
    title: 'The launch script submitted no job',
    message:
      'The launch script of stage {stage} ended well but no job of the submission is known to {system}.',
    advice:
      'Read the launch log; the script must submit with poms-submit, jobsub_submit, condor_submit or sbatch.',
  },
  'launch-timed-out': {
    status: 504,
    title: 'The launch script did not end',
    message: 'The launch script of stage {stage} ran longer than {seconds} s and was stopped.',
    advice: 'Find out what it waits for, or raise POMS_LAUNCH_TIMEOUT.',
  },
  'launch-lost': {
    status: 502,
    title: 'The launch was interrupted too often',
    message:
      'The launch of stage {stage} was interrupted {tries} times and no job of it is known to {system}.',
    advice: 'Check the machine, then launch again.',
  },
  'wrong-state': {
    status: 409,
    title: 'Not in this state',
    message: '{kind} {name} is {state}; {action} is possible only when it is {allowed}.',
    advice: 'Reload to see the present state.',
  },
  'outside-system': {
    status: 502,
    title: 'An outside system did not answer',
    message: '{system} could not be asked: {problem}',
    advice: 'POMS tries again by itself; see the health of outside systems.',
  },
  unsupported: {
    status: 422,
    title: 'Not with this data handling',
    message: 'Data handling {system} cannot {what}.',
    advice: 'Use the tools of that system itself.',
  },
  'bad-query': {
    status: 400,
    title: 'The query is not valid',
    message: '{problem}',
    advice: 'Correct the query at the place that is marked.',
  },
  'bad-metadata': {
    status: 400,
    title: 'The metadata is not valid',
    message: 'The metadata of file {file} cannot be used: {problems}.',
    advice: 'Correct what is named and declare it again; nothing was stored.',
  },
  'project-ended': {
    status: 410,
    title: 'The project has ended',
    message: '{kind} {name} has ended: it hands out no more files.',
    advice: 'Start another project for what is left.',
  },
  'too-many-lists': {
    status: 503,
    title: 'Too many long lists at once',
    message: '{count} long lists of files are being sent at this moment.',
    advice: 'Try again in some seconds, or ask for the count, or for a part of the files.',
  },
  'bad-setting': {
    status: 500,
    title: 'A setting is wrong',
    message: '{setting}: {problem}.',
    advice: 'See docs/settings.md for what is allowed.',
  },
  'database-in-use': {
    status: 503,
    title: 'The data folder is in use',
    message: 'The database in {folder} is in use by another server (process {pid}).',
    advice: 'Stop that server, or choose another folder with POMS_DATA_DIR.',
  },
  'database-unavailable': {
    status: 503,
    title: 'The database is not available',
    message: 'The database cannot be used: {problem}',
    advice: 'See docs/operations.md, "The database".',
  },
  'disk-full': {
    status: 507,
    title: 'The disk is full',
    message: 'There is no space left in {folder}.',
    advice: 'Make space, then start or try again; nothing is lost.',
  },
  'address-taken': {
    status: 503,
    title: 'The address is taken',
    message: 'Another program listens on {address}.',
    advice: 'Stop it, or choose another address with POMS_LISTEN.',
  },
  internal: {
    status: 500,
    title: 'POMS has a defect',
    message: 'The request could not be handled; it is in the log under {reference}.',
    advice: 'Tell your POMS administrator the reference.',
  },
});

export type ErrorCode = keyof typeof ERRORS;
export type ErrorDetails = Record<string, string | number | null | undefined>;

/** An error that a person should read. Thrown anywhere, mapped to an answer only at the border. */
export class PomsError extends Error {
  override readonly name = 'PomsError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** Single places in the input that are wrong, each with where and what. */
  readonly problems: readonly InputProblem[];

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    more: { problems?: InputProblem[]; cause?: unknown } = {},
  ) {
    super(fill(ERRORS[code].message, details), more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.details = details;
    this.problems = more.problems ?? [];
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get title(): string {
    return ERRORS[this.code].title;
  }

  get advice(): string {
    return fill(ERRORS[this.code].advice, this.details);
  }
}

export interface InputProblem {
  /** Where in the input, as a path a person can follow: `stages.reco.split`. */
  path: string;
  problem: string;
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? 'unknown'));
}
