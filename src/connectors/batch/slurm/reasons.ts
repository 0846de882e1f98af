/** Slurm's words for why a job waits, as a person understands them. */

const HOLDS: Readonly<Record<string, string>> = {
  JobHeldUser: 'held by its owner',
  JobHeldAdmin: 'held by an administrator of Slurm',
  JobHoldMaxRequeue: 'held by Slurm: it was queued again too often',
  'job requeued in held state': 'queued again and held',
  'launch failed requeued held': 'held by Slurm: it could not be started on its node',
};

const WAITS: Readonly<Record<string, string>> = {
  None: 'Slurm has not looked at it yet',
  Priority: 'other jobs in its partition come before it',
  Resources: 'it is next, and waits until enough of the cluster is free',
  BeginTime: 'it may not begin before its begin time, or was just queued again',
  Dependency: 'it waits for another job',
  DependencyNeverSatisfied: 'it waits for a job that did not end as needed, so it will never run',
  Licenses: 'it waits for a licence',
  JobArrayTaskLimit: 'as many tasks of its array run as the array allows at a time',
  PartitionDown: 'its partition is down',
  PartitionInactive: 'its partition takes no jobs now',
  PartitionNodeLimit: 'it asks for more nodes than its partition has or allows',
  PartitionTimeLimit: 'its time limit is longer than its partition allows',
  ReqNodeNotAvail: 'a node that it needs is not available',
  NodeDown: 'a node that it needs is down',
  BadConstraints: 'no node of the cluster can meet what it asks for',
  Reservation: 'its reservation has not begun',
  AssociationJobLimit: 'its account runs as many jobs as it may',
  JobLaunchFailure: 'it could not be started on its node',
  Prolog: 'its node is made ready for it',
  Cleaning: 'what its last attempt left is cleaned up',
};

/** Limits, in Slurm's words such as `QOSMaxCpuPerUserLimit` and `AssocGrpMemLimit`. */
const LIMIT = /^(QOS|Assoc)(Max|Grp|Min)?(.*?)(Limit)?$/;

/** Why a job is held. */
export function holdWords(reason: string): string {
  return HOLDS[reason] ?? HOLDS[wordOf(reason)] ?? `held by Slurm (${reason})`;
}

/** Why a job waits that nobody holds. */
export function waitWords(reason: string): string {
  const known = WAITS[wordOf(reason)];
  if (known !== undefined) return known;
  const limit = LIMIT.exec(reason);
  if (limit === null) return `Slurm says ${reason}`;
  const whose = limit[1] === 'QOS' ? 'its quality of service' : 'its account';
  return `a limit of ${whose} is reached (${reason})`;
}

/** `ReqNodeNotAvail, UnavailableNodes:n1` is `ReqNodeNotAvail`. */
function wordOf(reason: string): string {
  return reason.split(/[,(:\s]/, 1)[0] ?? reason;
}
