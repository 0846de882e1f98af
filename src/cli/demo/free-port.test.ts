import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { firstFreePort } from './free-port.ts';

const taken = createServer();
afterEach(() => taken.close());

it('steps on to the next port that is free', async () => {
  await new Promise<void>((resolve) => taken.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = taken.address() as AddressInfo;
  const found = await firstFreePort({ host: '127.0.0.1', port, socket: null });
  expect(found.port).toBeGreaterThan(port);
});

it('turns port 0 into a port that can be told to others', async () => {
  expect((await firstFreePort({ host: '127.0.0.1', port: 0, socket: null })).port).toBeGreaterThan(0);
});
