/** Calls of outside services over HTTP: what goes out and what comes back. */
import type { LinkHealth } from '../link-health.ts';

export type HttpValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Fields of a form; lists as repeated keys. */
export type HttpBody = { form: HttpValues } | { json: unknown } | { text: string; type?: string };

export interface HttpRequest {
  /** Default: GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** Added to the URL; what is undefined is left out. */
  query?: HttpValues;
  body?: HttpBody;
  headers?: Readonly<Record<string, string>>;
  /** A second time does no harm. Default: for GET only. A call that never reached the service is always repeated. */
  repeatable?: boolean;
  /** For one try. Default: of the setting. */
  timeoutMs?: number;
  /** Of the answer, unpacked. Default: 32 MiB. */
  maxBytes?: number;
  /** Statuses that are answers although they usually say that the service cannot be used (401, 403). */
  answers?: readonly number[];
}

export interface HttpAnswer {
  /** 2xx, or a 4xx that the service means (not 401, 403, 408, 429 unless asked for). */
  status: number;
  /** Without parameters, in lower case: `application/json`; empty where there is none. */
  type: string;
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** Settings of a link: files are read again when they change. TLS is always verified. */
export interface HttpLinkSetting {
  /** PEM file of the authorities to trust instead of the well-known ones. */
  ca: string | null;
  /** PEM files of a client certificate, with its chain, and its key. */
  certificate: string | null;
  key: string | null;
  /** A file with a bearer token. */
  tokenFile: string | null;
  /** For one try at a call. */
  timeoutSeconds: number;
}

/**
 * A client of one outside service, on one or several servers. All errors of the link are `outside-system`, with a
 * sentence.
 */
export interface HttpClient {
  /** Of the server that is worst off; null before the first call. */
  health(): LinkHealth | null;
  /**
   * Asks, and reads the answer. `read` throws `NotUnderstood` for an answer that makes no sense, which counts as a
   * failure of the service; what else it throws is an answer.
   */
  call<T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T>;
  /** The same client for one operation: all its calls together end within this time. */
  within(ms: number): HttpClient;
  /** Ends the open connections. */
  close(): Promise<void>;
}
