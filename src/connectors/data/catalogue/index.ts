export { type Catalogue, createCatalogue } from './catalogue.ts';
export type { DeclareResult } from './declare.ts';
export { DIMENSIONS } from './dimension-table.ts';
export { LINEAGES, type LineageKind, type LineageNode } from './lineage-tree.ts';
export { fileUrl, type Place, printLocation } from './locations.ts';
export type { FullProjectSummary } from './project-summary.ts';
export { parseInstant } from './times.ts';
export type { ValueKind } from './values.ts';
