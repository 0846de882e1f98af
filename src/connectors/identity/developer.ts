/**
 * Developer mode: everybody on this machine is one local person. Only on loopback, and only for requests that name
 * a loopback host: a page from elsewhere whose name was pointed at this machine is refused.
 */
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { PomsError } from '../../errors.ts';

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Throws `bad-setting` where POMS would listen to other machines. */
export function developerIdentity(config: Config, username: string): (request: FastifyRequest) => string {
  if (config.listen.socket !== null || !LOOPBACK.test(config.listen.host)) {
    throw new PomsError('bad-setting', {
      setting: 'POMS_IDENTITY=developer',
      problem:
        'everybody would be the local person: it is possible only when POMS_LISTEN is a port on 127.0.0.1',
    });
  }
  return (request) => {
    const host = request.headers.host?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '') ?? '';
    if (!LOOPBACK.test(host)) throw new PomsError('not-signed-in');
    return username;
  };
}

/** The person of developer mode: the account that runs POMS. */
export function localUsername(): string {
  const name = process.env['USER'] ?? process.env['LOGNAME'] ?? 'developer';
  return /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name) ? name : 'developer';
}
