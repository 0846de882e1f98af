/** Settings of one MetaCat installation, as the systems file gives them. */
import type { HttpLinkSetting } from '../../http/types.ts';

export interface MetacatSetting extends HttpLinkSetting {
  name: string;
  /** Base URLs; `{experiment}` stands for the experiment. */
  metacat: string;
  dispatcher: string;
  /** Null: of MetaCat. */
  auth: string | null;
  /** Null: locations are not known, and a file that is declared counts as located. */
  rucio: string | null;
  rucioTokenFile: string | null;
  /** Of what POMS makes; must exist, and its user must be allowed to write there. */
  namespace: string;
  /** `file`: the token file holds a token of MetaCat. Else POMS signs in, with that token or with its certificate. */
  login: 'file' | 'token' | 'x509';
  user: string;
}

/** The names that the clients of MetaCat and Data Dispatcher look for. */
export function environmentOf(setting: MetacatSetting, experiment: string): Record<string, string> {
  const metacat = ofExperiment(setting.metacat, experiment);
  const auth = setting.auth === null ? `${metacat}/auth` : ofExperiment(setting.auth, experiment);
  return {
    METACAT_SERVER_URL: metacat,
    METACAT_AUTH_SERVER_URL: auth,
    DATA_DISPATCHER_URL: ofExperiment(setting.dispatcher, experiment),
    DATA_DISPATCHER_AUTH_URL: auth,
  };
}

/** The setting's text for an experiment. */
export function ofExperiment(text: string, experiment: string): string {
  return text.replaceAll('{experiment}', experiment).replace(/\/+$/, '');
}
