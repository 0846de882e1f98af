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

/** The setting's text for an experiment. */
export function ofExperiment(text: string, experiment: string): string {
  return text.replaceAll('{experiment}', experiment).replace(/\/+$/, '');
}
