import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { serverCloser } from './close-server.js';

/** Longer than a test may take: what waits for it fails. */
const NEVER_MS = 2 ** 30;

async function started({ graceMs }: { graceMs: number }) {
  let goOn: () => void = () => {};
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let isAsked: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const app: FastifyInstance = Fastify();
  app.get('/', async () => 'quick');
  app.get('/slow', async () => {
    isAsked();
    await told;
    return 'slow';
  });
  const close = serverCloser(app, { graceMs });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, address, close, asked, goOn };
}

it('closes idle connections, also those that were never used', async () => {
  const { app, address, close } = await started({ graceMs: NEVER_MS });
  const unused = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(unused, 'connect');
  expect(await (await fetch(address)).text()).toBe('quick');
  const ended = once(unused, 'close');
  await close();
  await ended;
  await expect(fetch(address)).rejects.toThrow();
});

it('lets a request in progress end', async () => {
  const { address, close, asked, goOn } = await started({ graceMs: NEVER_MS });
  const answer = fetch(`${address}/slow`);
  await asked;
  const closed = close();
  goOn();
  expect(await (await answer).text()).toBe('slow');
  await closed;
});

it('cuts off a request that takes longer than the grace time', async () => {
  const { address, close, asked } = await started({ graceMs: 1 });
  const answer = fetch(`${address}/slow`);
  await asked;
  await Promise.all([expect(answer).rejects.toThrow(), close()]);
});
