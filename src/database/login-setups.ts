/** How login setups are stored. */
import { sql } from 'kysely';
import type { DefinitionTable, StoredDefinition } from './definitions.ts';

/** What a person states. */
export interface LoginSetupFields {
  name: string;
  host: string;
  account: string;
  setup: string;
  batchSystem: string;
}

export interface StoredLoginSetup extends LoginSetupFields, StoredDefinition {
  loginSetupId: number;
}

export const LOGIN_SETUPS: DefinitionTable<LoginSetupFields, StoredLoginSetup> = {
  name: 'login_setup',
  key: 'login_setup_id',
  inDefaults: 'loginSetup',
  select: sql`d.login_setup_id, d.host, d.account, d.setup, d.batch_system`,
  columns: ({ host, account, setup, batchSystem }) => ({ host, account, setup, batchSystem }),
};
