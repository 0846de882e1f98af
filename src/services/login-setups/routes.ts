/** The URLs of login setups: where and as whom launch scripts run. */
import type { Db } from '../../database/index.ts';
import { loadLaunchPolicy } from '../../database/launch-rules.ts';
import { checkPlace, runnersOf } from '../../domain/launch-rules.ts';
import type { App } from '../../http/server.ts';
import { LOGIN_SETUP } from '../definition-kinds.ts';
import { addDefinitionRoutes } from '../definition-routes.ts';
import { createDefinitionStore } from '../definition-store.ts';
import { loginSetupFields } from '../definitions.ts';
import { loginSetupChange, loginSetupView } from './schema.ts';

export interface LoginSetupParts {
  db: Db;
  /** Everybody may launch on this machine: developer mode. */
  openLocalHost: boolean;
}

/** One is saved only with a host and account that the launch rules of the experiment allow. */
export function loginSetupRoutes(app: App, { db, openLocalHost }: LoginSetupParts): void {
  const store = createDefinitionStore(db, LOGIN_SETUP, async (trx, experiment, maker, fields) =>
    checkPlace(await loadLaunchPolicy(trx, experiment, openLocalHost), fields, runnersOf(maker)),
  );
  addDefinitionRoutes(app, store, {
    path: 'login-setups',
    words: LOGIN_SETUP.words,
    view: 'login-setup.view',
    edit: LOGIN_SETUP.edit,
    create: loginSetupFields,
    change: loginSetupChange,
    shown: loginSetupView,
  });
}
