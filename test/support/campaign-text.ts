/** Small campaign files for tests. */

interface CampaignParts {
  launchScript?: string;
  /** Stages are generators without input, and done when their jobs are, unless they say otherwise. */
  stages: { name: string; [field: string]: unknown }[];
  dependencies?: { from: string; to: string; [field: string]: unknown }[];
}

/** The parts of a file, or a text that is none. */
export type CampaignText = CampaignParts | string;

/** A campaign file (JSON, which is YAML). Each campaign has its own job type, so that tests do not share one. */
export function campaignText(
  name: string,
  { launchScript = 'true', stages, dependencies = [] }: CampaignParts,
): string {
  return JSON.stringify({
    apiVersion: 'poms/v1',
    kind: 'Campaign',
    name,
    defaults: {
      loginSetup: `${name}-here`,
      jobType: `${name}-work`,
      softwareVersion: 'v1',
      type: 'generator',
      completion: 'complete',
    },
    loginSetups: [{ name: `${name}-here`, host: 'local', account: 'me' }],
    jobTypes: [{ name: `${name}-work`, launchScript }],
    stages,
    dependencies,
  });
}
