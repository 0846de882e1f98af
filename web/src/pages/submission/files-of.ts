/** Where the files of a submission are known. */
import type { DataFilter } from '../../links/url.ts';

export interface FilesOf {
  experiment: string;
  dataHandling: string;
}

/** For URLs: the built-in catalogue is not named. */
export function dataOf({ dataHandling }: FilesOf): DataFilter {
  return dataHandling === 'catalogue' ? {} : { dataHandling };
}
