import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics/create-metrics.js';
import { addProblemResponses } from '../plugins/problem-responses.js';
import type { ConnectionLimits } from './connection-limits.js';
import { limitConnections } from './limit-connections.js';

const metrics = createMetrics();
const opened: Socket[] = [];
let app: FastifyInstance;

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  app.server.closeAllConnections();
  await app.close();
});

/** A server with a route that never ends its response, and one whose response is larger than any buffer. */
async function start(limits: Partial<ConnectionLimits>): Promise<number> {
  app = Fastify();
  addProblemResponses(app);
  const noProxy = () => false;
  const usual = { max: 16, maxPerAddress: 16, isTrustedProxy: noProxy, stalledMs: 60_000, ...limits };
  limitConnections(app, usual, metrics);
  app.get('/healthz', async () => 'ok');
  app.get('/events', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': here\n\n');
  });
  app.get('/large', async () => 'x'.repeat(50_000_000));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

async function open(port: number, { path, from = '127.0.0.1' }: { path?: string; from?: string } = {}) {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  opened.push(socket);
  await once(socket, 'connect');
  if (path !== undefined) socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return socket;
}

async function statusOf(socket: Socket): Promise<string> {
  const [head] = await once(socket, 'data');
  return String(head).split('\r\n', 1)[0] ?? '';
}

const get = async (port: number, path: string, from?: string) =>
  statusOf(await open(port, { path, ...(from === undefined ? {} : { from }) }));

describe('connections', () => {
  it('beyond the limit replace the one that has waited longest, never one that is being answered', async () => {
    const port = await start({});
    const stream = await open(port, { path: '/events' });
    expect(await statusOf(stream)).toMatch(/200/);
    const first = await open(port);
    const closed = once(first, 'close');
    for (let count = 0; count < 40; count += 1) await open(port);
    await closed;
    expect(await get(port, '/healthz')).toMatch(/200/);
    expect(stream.closed).toBe(false);
    const { values } = await metrics.connectionsReplaced.get();
    expect(values.find(({ labels }) => labels.scope === 'address')?.value).toBeGreaterThanOrEqual(26);
  });

  it('are answered for health checks even if all others are being answered', async () => {
    const port = await start({ max: 16, maxPerAddress: 1000 });
    for (let count = 0; count < 14; count += 1) await statusOf(await open(port, { path: '/events' }));
    expect(await get(port, '/events')).toMatch(/503/);
    expect(await get(port, '/healthz')).toMatch(/200/);
  });

  it('count for their address, unless it is a trusted proxy', async () => {
    const port = await start({
      max: 1000,
      maxPerAddress: 8,
      isTrustedProxy: (address) => address === '127.0.0.3',
    });
    for (let count = 0; count < 7; count += 1) await statusOf(await open(port, { path: '/events' }));
    expect(await get(port, '/events')).toMatch(/429/);
    expect(await get(port, '/events', '127.0.0.2')).toMatch(/200/);
    for (let count = 0; count < 12; count += 1)
      expect(await get(port, '/events', '127.0.0.3')).toMatch(/200/);
  });

  it('end if a client takes none of its response, but not while the server has nothing to send', async () => {
    const port = await start({ stalledMs: 100 });
    const stream = await open(port, { path: '/events' });
    await statusOf(stream);
    const stalled = await open(port, { path: '/large' });
    stalled.pause();
    await expect.poll(() => metrics.connections.get().then(({ values }) => values[0]?.value)).toBe(1);
    expect(stream.closed).toBe(false);
  });
});
