/** The URLs of launch rules. */
import { z } from 'zod';
import { personOf } from '../../http/identity.ts';
import type { App } from '../../http/server.ts';
import { experimentName } from '../common.ts';
import { launchRulesChange, launchRulesView } from './schema.ts';
import type { LaunchRules } from './service.ts';

const URL = '/api/v1/experiments/:experiment/launch-rules';
const one = z.object({ experiment: experimentName });
const tags = ['launch rules'];

export function launchRuleRoutes(app: App, { launchRules }: { launchRules: LaunchRules }): void {
  app.get(
    URL,
    {
      config: { action: 'launch-rule.view' },
      schema: {
        tags,
        summary: 'Show on which hosts, under which accounts the experiment launches',
        params: one,
        response: { 200: launchRulesView },
      },
    },
    (request) => launchRules.get(request.params.experiment),
  );
  app.put(
    URL,
    {
      config: { action: 'launch-rule.edit' },
      schema: {
        tags,
        summary: 'Change on which hosts, under which accounts the experiment launches',
        params: one,
        body: launchRulesChange,
        response: { 200: launchRulesView },
      },
    },
    (request) => launchRules.change(personOf(request), request.params.experiment, request.body),
  );
}
