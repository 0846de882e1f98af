/** A campaign as it is stored: every field of every stage settled, texts in their normal form. */
import type { DataSettings } from '../../../domain/data-settings.ts';
import type { Parameters } from '../../../domain/parameters.ts';
import { formatSplit, parseSplit } from '../../../domain/splits/index.ts';
import { PomsError } from '../../../errors.ts';
import type { CampaignFile, DefaultsFile, StageFile } from './schema.ts';

export interface StageDefinition {
  name: string;
  type: 'regular' | 'generator' | 'approval' | 'datatransfer' | 'test';
  jobType: string;
  loginSetup: string;
  voRole: 'production' | 'analysis';
  softwareVersion: string;
  dataset: string;
  /** Normal text; null: not split. */
  split: string | null;
  testSplit: string | null;
  parameters: Parameters;
  testParameters: Parameters;
  mergeOverrides: boolean;
  completion: 'located' | 'complete';
  /** Percent, with two decimals at most. */
  completionPct: number;
  outputAncestorDepth: number;
  dataSettings: DataSettings;
  /** Fields whose values came from the campaign's defaults. */
  inherits: string[];
}

export interface DependencyDefinition {
  from: string;
  to: string;
  files: string[];
  split: boolean;
  wait: 'each' | 'all';
}

export interface CampaignDefinition {
  name: string;
  description: string;
  type: 'regular' | 'test';
  active: boolean;
  dataHandling: string;
  keywords: Record<string, string>;
  defaults: DefaultsFile;
  positions: Record<string, { x: number; y: number }>;
  /** Sorted. */
  tags: string[];
  stages: StageDefinition[];
  dependencies: DependencyDefinition[];
}

/** What a stage has where neither it nor the defaults say anything. */
export const STAGE_DEFAULTS = {
  type: 'regular',
  jobType: '',
  loginSetup: '',
  voRole: 'production',
  softwareVersion: '',
  dataset: '',
  split: null,
  testSplit: null,
  parameters: [],
  testParameters: [],
  mergeOverrides: false,
  completion: 'located',
  completionPct: 95,
  outputAncestorDepth: 1,
  dataSettings: {},
} as const satisfies Record<keyof Required<DefaultsFile>, unknown>;

export const STAGE_FIELDS = Object.keys(STAGE_DEFAULTS) as (keyof typeof STAGE_DEFAULTS)[];

/** Fields that a stage must have, from itself or the defaults. */
export const REQUIRED_FIELDS = ['jobType', 'loginSetup', 'softwareVersion'] as const;

/** The definition that a file states. Splits that cannot be read stay as they are: the checks name them. */
export function toDefinition(file: CampaignFile): CampaignDefinition {
  const defaults = normalDefaults(file.defaults);
  const { name, description, type, active, dataHandling, keywords } = file;
  return {
    name,
    description,
    type,
    active,
    dataHandling,
    keywords,
    defaults,
    positions: Object.fromEntries(
      file.stages.flatMap((stage) => (stage.position === undefined ? [] : [[stage.name, stage.position]])),
    ),
    tags: [...new Set(file.tags)].sort(),
    stages: file.stages.map((stage) => toStage(stage, defaults)),
    dependencies: file.dependencies.map(({ from, to, files, split, wait }) => ({
      from,
      to,
      files: files ?? ['%'],
      split: split ?? false,
      wait: wait ?? 'each',
    })),
  };
}

function toStage(stage: StageFile, defaults: Stated): StageDefinition {
  const own = normalDefaults(stage);
  const { parameters: _, ...handedDown } = defaults;
  const inherits = STAGE_FIELDS.filter(
    (field) => own[field] === undefined && field !== 'parameters' && handedDown[field] !== undefined,
  );
  return {
    ...STAGE_DEFAULTS,
    parameters: [],
    testParameters: [],
    ...handedDown,
    ...own,
    name: stage.name,
    inherits,
  };
}

/** Fields that are stated: there is no `undefined` among the values. */
type Stated = { [F in keyof DefaultsFile]?: Exclude<DefaultsFile[F], undefined> };

/** The stated fields in their normal form, without those that are not stated. */
function normalDefaults(stated: DefaultsFile): Stated {
  const entries = STAGE_FIELDS.flatMap((field) => {
    const value = stated[field];
    return value === undefined ? [] : [[field, normalValue(field, value)]];
  });
  return Object.fromEntries(entries) as Stated;
}

function normalValue(field: keyof DefaultsFile, value: unknown): unknown {
  if (field === 'split' || field === 'testSplit') return normalSplit(value as string | null);
  // The column is a 4 byte float: two decimals come back as they went.
  if (field === 'completionPct') return Math.round(Number(value) * 100) / 100;
  return value;
}

function normalSplit(text: string | null): string | null {
  try {
    const split = parseSplit(text);
    return split.type === 'none' ? null : formatSplit(split);
  } catch (error) {
    if (error instanceof PomsError) return text;
    throw error;
  }
}
