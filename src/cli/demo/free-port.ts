/** The wanted port, or the next one that nothing listens on. */
import { type AddressInfo, createServer } from 'node:net';
import type { Listen } from '../../config.ts';
import { PomsError } from '../../errors.ts';

const TRIES = 100;

/** Port 0 becomes any free one. Error `address-taken` where a hundred in a row are taken. A socket stays as it is. */
export async function firstFreePort(wanted: Listen): Promise<Listen> {
  if (wanted.socket !== null) return wanted;
  for (let port = wanted.port; port < Math.min(wanted.port + TRIES, 65_536); port++) {
    const free = await tryPort(wanted.host, port);
    if (free !== null) return { ...wanted, port: free };
  }
  throw new PomsError('address-taken', { address: `${wanted.host}:${wanted.port}` });
}

/** The port that could be listened on, or null. */
function tryPort(host: string, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host, port }, () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
