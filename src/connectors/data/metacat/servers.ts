/** The servers of one installation, for one operation in one experiment. */
import type { HttpClient } from '../../http/types.ts';
import { createCaller } from './caller.ts';
import { createDispatcherClient, type DispatcherClient } from './dispatcher-client.ts';
import { createMetacatClient, type MetacatClient } from './metacat-client.ts';
import { createRucioClient, type RucioClient } from './rucio-client.ts';
import { type MetacatSetting, ofExperiment } from './setting.ts';
import type { Tokens } from './tokens.ts';

export interface Servers {
  metacat: MetacatClient;
  dispatcher: DispatcherClient;
  /** Null: locations are not known. */
  rucio: RucioClient | null;
  /** POMS's own namespace. */
  own: string;
}

export interface Connections {
  setting: MetacatSetting;
  http: HttpClient;
  tokens: Tokens;
  rucioTokens: Tokens;
}

/** Operations within a transaction must end in 30 s (`DataHandling.within`). Milliseconds. */
export const OPERATION_MS = 25_000;

/** For one operation, all of whose calls together end within `ms`. */
export function serversFor(
  { setting, http, tokens, rucioTokens }: Connections,
  experiment: string,
  ms = OPERATION_MS,
): Servers {
  const limited = http.within(ms);
  const caller = (base: string, header: string, held: Tokens) =>
    createCaller({
      system: `Data handling ${setting.name}`,
      http: limited,
      base: ofExperiment(base, experiment),
      experiment,
      tokens: held,
      header,
    });
  return {
    metacat: createMetacatClient(caller(setting.metacat, 'X-Authentication-Token', tokens)),
    dispatcher: createDispatcherClient(caller(setting.dispatcher, 'X-Authentication-Token', tokens)),
    rucio:
      setting.rucio === null
        ? null
        : createRucioClient(caller(setting.rucio, 'X-Rucio-Auth-Token', rucioTokens)),
    own: setting.namespace,
  };
}
