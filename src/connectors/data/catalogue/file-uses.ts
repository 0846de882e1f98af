/** What a file was given to. */
import { sql } from 'kysely';
import { PomsError } from '../../../errors.ts';
import type { FileUses } from '../types.ts';
import type { Session } from './session.ts';

/** The newest projects first; by an index on the file, so that it costs what is shown. Error 'not-found'. */
export async function fileUses(
  { db }: Session,
  experiment: string,
  name: string,
  limit: number,
): Promise<FileUses> {
  const { rows } = await sql<{
    project: string | null;
    dataset: string | null;
    state: string;
    changed: Date;
  }>`
    select p.name as project, d.name as dataset, u.state, u.changed
    from dh.file f left join lateral (select * from dh.project_file pf where pf.file_id = f.file_id
      order by pf.project_id desc limit ${limit + 1}) u on true
    left join dh.project p on p.project_id = u.project_id
    left join dh.definition d on d.definition_id = p.definition_id
    where f.experiment = ${experiment} and f.name = ${name} order by u.project_id desc`.execute(db);
  if (rows.length === 0) throw new PomsError('not-found', { kind: 'file', name });
  const projects = rows.flatMap(({ project, ...use }) => (project === null ? [] : [{ project, ...use }]));
  return { projects: projects.slice(0, limit), more: projects.length > limit };
}
