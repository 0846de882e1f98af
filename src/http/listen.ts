/** Where the web server listens: a port, the next free one, or a unix socket. */
import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import type { Listen } from '../config.ts';
import { PomsError } from '../errors.ts';
import type { App } from './server.ts';

const PORTS_TO_TRY = 100;

/** Listens and returns the URL (for a socket `unix:<path>`). Throws `address-taken`. */
export async function listen(app: App, wanted: Listen, nextFreePort: boolean): Promise<string> {
  if (wanted.socket !== null) return listenOnSocket(app, wanted.socket);
  const last =
    wanted.port === 0 || !nextFreePort ? wanted.port : Math.min(wanted.port + PORTS_TO_TRY, 65_535);
  for (let port = wanted.port; ; port++) {
    try {
      return await app.listen({ host: wanted.host, port });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause;
      if (port >= last)
        throw new PomsError('address-taken', { address: `${wanted.host}:${port}` }, { cause });
    }
  }
}

async function listenOnSocket(app: App, path: string): Promise<string> {
  if (existsSync(path)) {
    if (await answers(path)) throw new PomsError('address-taken', { address: path });
    // Left by a server that was killed.
    unlinkSync(path);
  }
  await app.listen({ path });
  // The front's group may connect; nobody else.
  chmodSync(path, 0o660);
  return `unix:${path}`;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
