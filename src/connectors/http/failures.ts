/** What went wrong with one try at a call, in words, and whether another try makes sense. */

export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** `never`: the service has not seen the call. */
  readonly reached: 'never' | 'maybe';
  /** Another try may do better. */
  readonly passing: boolean;
  /** The service asks to wait so long. */
  readonly waitMs: number;

  constructor(
    problem: string,
    options: { reached?: 'never' | 'maybe'; passing?: boolean; waitMs?: number; cause?: unknown } = {},
  ) {
    super(problem, options.cause === undefined ? undefined : { cause: options.cause });
    this.reached = options.reached ?? 'maybe';
    this.passing = options.passing ?? true;
    this.waitMs = options.waitMs ?? 0;
  }
}

/** By the code of the error: what happened, and that the call cannot have reached the service. */
const NEVER_REACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'the name service did not answer',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  ETIMEDOUT: 'no connection came about in time',
};

const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** `error`: what fetch threw; its cause has the code. */
export function failureOf(error: unknown, timeoutMs: number): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new HttpFailure(`there was no answer within ${Math.ceil(timeoutMs / 100) / 10} s`, {
      cause: error,
    });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = codeOf(cause);
  const never = NEVER_REACHED[code];
  if (never !== undefined) return new HttpFailure(never, { reached: 'never', cause });
  if (CUT.has(code)) return new HttpFailure('the connection was cut', { cause });
  const said = cause instanceof Error ? cause.message : String(cause);
  // Names of OpenSSL's and Node's errors of certificates (DEPTH_ZERO_SELF_SIGNED_CERT, ERR_TLS_CERT_ALTNAME_INVALID).
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) {
    const problem = `its certificate is not accepted: ${said}`;
    return new HttpFailure(problem, { reached: 'never', passing: false, cause });
  }
  return new HttpFailure(said, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
