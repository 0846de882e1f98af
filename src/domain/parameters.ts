/** Parameters of a launch script, and how those of several places become one list (spec/backend.md 2.5). */

/** Pairs in order. Key and value are written without anything in between: `["--opt=", "1"]`, `["-o ", "x"]`. */
export type Parameters = [key: string, value: string][];

/** Where a value was set, lowest precedence first. */
export const PARAMETER_ORIGINS = ['job type', 'campaign', 'stage', 'launch', 'test'] as const;
export type ParameterOrigin = (typeof PARAMETER_ORIGINS)[number];

export interface ParameterLayers {
  jobType: Parameters;
  /** The campaign's defaults: count only when the stage says `mergeOverrides`. */
  campaign: Parameters;
  mergeOverrides: boolean;
  stage: Parameters;
  /** Of the recovery or of this launch: the last word, also over those for tests. */
  launch: Parameters;
  /** The stage's overrides for tests: count only in a test launch. */
  test: Parameters;
  isTest: boolean;
}

/** A final parameter, where it was set, and the values it replaced with theirs, first one first. */
export interface TracedParameter {
  key: string;
  value: string;
  origin: ParameterOrigin;
  replaced: { value: string; origin: ParameterOrigin }[];
}

/**
 * The final parameters with their origins, as a launch dialog shows them. A value that is set again keeps the
 * place where its key first stood.
 */
export function traceParameters(layers: ParameterLayers): TracedParameter[] {
  const order: [ParameterOrigin, Parameters][] = [
    ['job type', layers.jobType],
    ['campaign', layers.mergeOverrides ? layers.campaign : []],
    ['stage', layers.stage],
    ['launch', layers.launch],
    ['test', layers.isTest ? layers.test : []],
    ['launch', layers.isTest ? layers.launch : []],
  ];
  const traced = new Map<string, TracedParameter>();
  for (const [origin, parameters] of order) {
    for (const [key, value] of parameters) {
      const before = traced.get(key);
      const replaced =
        before === undefined ? [] : [...before.replaced, { value: before.value, origin: before.origin }];
      traced.set(key, { key, value, origin, replaced });
    }
  }
  return [...traced.values()];
}

/** The final parameters. */
export function mergeParameters(layers: ParameterLayers): Parameters {
  return traceParameters(layers).map(({ key, value }) => [key, value]);
}

/** As they are written behind the launch script: key and value joined, one blank between parameters. */
export function joinParameters(parameters: Parameters): string {
  return parameters.map(([key, value]) => `${key}${value}`).join(' ');
}
