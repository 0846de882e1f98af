/** The wanted port, or the next one that nothing listens on. */
import { createServer } from 'node:net';
import type { Listen } from '../../config.ts';
import { PomsError } from '../../errors.ts';

const TRIES = 100;

/** Error `address-taken` where a hundred in a row are taken. A socket is left as it is. */
export async function firstFreePort(wanted: Listen): Promise<Listen> {
  if (wanted.socket !== null) return wanted;
  for (let port = wanted.port; port < Math.min(wanted.port + TRIES, 65_536); port++) {
    if (await isFree(wanted.host, port)) return { ...wanted, port };
  }
  throw new PomsError('address-taken', { address: `${wanted.host}:${wanted.port}` });
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}
