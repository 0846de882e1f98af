/** What a stage asks of a data handling system whose projects POMS starts itself (spec/backend.md 11.4). */

/**
 * How a recovery runs: `standard` makes a new project of the files, `one-project` hands them out again in the project
 * that had them.
 */
export const METHODOLOGIES = ['standard', 'one-project'] as const;
export type Methodology = (typeof METHODOLOGIES)[number];

/** Only what the stage states; the rest is as the system has it. */
export interface DataSettings {
  methodology?: Methodology | undefined;
  /** Files are handed out whether or not the system knows where they are. */
  virtual?: boolean | undefined;
  /** Files that jobs may be working on at a time; for the scripts, no server keeps to it. */
  loadLimit?: number | undefined;
  /** Seconds after which a project that no job asks is abandoned. */
  idleTimeout?: number | undefined;
  /** Seconds after which a file that a job has not released is handed out again. */
  workerTimeout?: number | undefined;
  /** A project that exists, which all submissions take their files from. */
  project?: string | undefined;
}

/** Stages that have no input of their own have no project. */
export function takesProject(stage: { stageType: string; dataset: string; settings: DataSettings }): boolean {
  if (stage.stageType === 'generator' || stage.stageType === 'approval') return false;
  return stage.dataset !== '' || stage.settings.project !== undefined;
}
