/**
 * Identity as the Apache front gives it: a header that is believed only on a connection proven to be the front's —
 * the unix socket, or a port plus the shared secret (design 9). No header, no person.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { PomsError } from '../../errors.ts';

const USER_HEADER = 'x-shib-userid';
const SECRET_HEADER = 'x-poms-front-secret';

/** Throws `bad-setting` where nothing would prove that a request comes from the front. */
export function frontIdentity(config: Config): (request: FastifyRequest) => string | null {
  const { listen, frontSecret } = config;
  if (listen.socket === null && frontSecret === null) {
    throw new PomsError('bad-setting', {
      setting: 'POMS_IDENTITY=front',
      problem:
        'whoever reaches the port could name any person: set POMS_FRONT_SECRET_FILE, or let POMS_LISTEN be a unix socket',
    });
  }
  return (request) => {
    const user = single(request.headers[USER_HEADER]);
    if (frontSecret !== null && !sameSecret(single(request.headers[SECRET_HEADER]) ?? '', frontSecret)) {
      if (user !== null)
        request.log.warn(
          { user, from: request.socket.remoteAddress },
          'identity header without the secret of the front',
        );
      return null;
    }
    // Apache writes (null) where a variable is empty.
    return user === null || user === '' || user === '(null)' ? null : user;
  };
}

function single(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** Hashes of equal length, so that the time says nothing about the secret. */
function sameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
