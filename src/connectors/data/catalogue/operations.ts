/** What the SAM web API asks of the catalogue beyond data handling: functions of a session, by their names. */

import { changeFiles } from './change-files.ts';
import { changeDefinition, deleteDefinition, listDefinitions, snapshotInfo } from './definition-changes.ts';
import { offerFile } from './delivery.ts';
import { explainQuery } from './explain.ts';
import { fileRefs } from './file-refs.ts';
import { lineageTree } from './lineage-tree.ts';
import { accessUrls, locatedFiles, locationsOf } from './locations.ts';
import { filesMetadata } from './metadata.ts';
import { describeProject, listProjects, setProcessStatus } from './project-admin.ts';
import type { Session } from './session.ts';
import { streamLines } from './stream.ts';
import { validateFiles } from './validate.ts';
import {
  addApplication,
  addParameter,
  addWords,
  applications,
  parameters,
  parameterValues,
  words,
} from './values.ts';

const OPERATIONS = {
  accessUrls,
  addApplication,
  addParameter,
  addWords,
  applications,
  changeDefinition,
  changeFiles,
  deleteDefinition,
  describeProject,
  explainQuery,
  fileRefs,
  filesMetadata,
  lineageTree,
  listDefinitions,
  listProjects,
  locatedFiles,
  locationsOf,
  offerFile,
  parameters,
  parameterValues,
  setProcessStatus,
  snapshotInfo,
  streamLines,
  validateFiles,
  words,
};

type Operation = (session: Session, ...rest: never[]) => unknown;
type Bound<T> = {
  [Name in keyof T]: T[Name] extends (session: Session, ...rest: infer Rest) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** See the functions of the same names. */
export type SamOperations = Bound<typeof OPERATIONS>;

/** The operations with their session. */
export function samOperations(session: Session): SamOperations {
  const bind = ([name, operation]: [string, Operation]) => [name, operation.bind(undefined, session)];
  return Object.fromEntries(Object.entries<Operation>(OPERATIONS).map(bind)) as SamOperations;
}
