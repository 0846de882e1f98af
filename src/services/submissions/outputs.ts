/** The files that a submission made, as data handling knows them. */
import type { CatalogueFile, DataHandling } from '../../connectors/data/types.ts';
import { dependencyName } from '../../domain/dependencies.ts';
import { contentUrl, mediaTypeOf } from '../media.ts';
import type { SubmissionDetail } from './queries.ts';

export interface OutputFile {
  name: string;
  size: number | null;
  events: number | null;
  created: Date;
  located: boolean;
  shows: string | null;
  content: string | null;
}

/** Children of the files of its project; without a project, what its jobs defined as their output. */
export async function listOutputs(
  dataHandlings: ReadonlyMap<string, DataHandling>,
  submission: SubmissionDetail,
  page: { after: string | undefined; limit: number },
): Promise<{ items: OutputFile[]; next: string | null }> {
  const data = dataHandlings.get(submission.dataHandling);
  const query = data === undefined ? null : await outputQuery(data, submission);
  if (data === undefined || query === null) return { items: [], next: null };
  const { files, next } = await data.list(submission.experiment, query, {
    limit: page.limit,
    ...(page.after === undefined ? {} : { after: page.after }),
  });
  return { items: files.map((file) => toOutput(submission, file)), next };
}

async function outputQuery(data: DataHandling, submission: SubmissionDetail): Promise<string | null> {
  const stage = submission.snapshots.stage as {
    voRole: string;
    creator: string;
    outputAncestorDepth: number;
    softwareVersion: string;
  };
  if (submission.project !== null) {
    return data.outputQuery(submission.experiment, submission.project, {
      patterns: ['%'],
      softwareVersion: stage.softwareVersion,
      createdAfter: submission.created,
      depth: stage.outputAncestorDepth,
    });
  }
  const name = dependencyName(submission.submissionId, 1, stage.voRole === 'analysis' ? stage.creator : null);
  return (await data.describe(submission.experiment, name)) === null ? null : data.datasetQuery([name]);
}

function toOutput({ experiment, dataHandling }: SubmissionDetail, file: CatalogueFile): OutputFile {
  const located = file.locations.length > 0;
  const shows = mediaTypeOf(file.name);
  return {
    name: file.name,
    size: file.size,
    events: file.events,
    created: file.created,
    located,
    shows,
    content: located && shows !== null ? contentUrl(experiment, file.name, dataHandling) : null,
  };
}
