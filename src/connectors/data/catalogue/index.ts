export { type Catalogue, createCatalogue } from './catalogue.ts';
export type { DeclareResult } from './declare.ts';
export type { FullProjectSummary } from './project-summary.ts';
