/** The URLs of login setups: where and as whom launch scripts run. */
import type { Db } from '../../database/index.ts';
import type { App } from '../../http/server.ts';
import { LOGIN_SETUP } from '../definition-kinds.ts';
import { addDefinitionRoutes } from '../definition-routes.ts';
import { createDefinitionStore } from '../definition-store.ts';
import { loginSetupFields } from '../definitions.ts';
import { loginSetupChange, loginSetupView } from './schema.ts';

export function loginSetupRoutes(app: App, { db }: { db: Db }): void {
  addDefinitionRoutes(app, createDefinitionStore(db, LOGIN_SETUP), {
    path: 'login-setups',
    words: LOGIN_SETUP.words,
    view: 'login-setup.view',
    edit: LOGIN_SETUP.edit,
    create: loginSetupFields,
    change: loginSetupChange,
    shown: loginSetupView,
  });
}
