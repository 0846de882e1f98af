/** The URLs of job types: the launch script, its parameters, and what to do about failures. */
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { JOB_TYPE } from '../definition-kinds.ts';
import { addDefinitionRoutes } from '../definition-routes.ts';
import { createDefinitionStore } from '../definition-store.ts';
import { jobTypeFields } from '../definitions.ts';
import { jobTypeChange, jobTypeView } from './schema.ts';

export function jobTypeRoutes(app: App, { db }: { db: Db }): void {
  addDefinitionRoutes(app, createDefinitionStore(db, JOB_TYPE), {
    path: 'job-types',
    words: JOB_TYPE.words,
    view: 'job-type.view',
    edit: JOB_TYPE.edit,
    create: jobTypeFields,
    change: jobTypeChange,
    shown: jobTypeView,
  });
}
