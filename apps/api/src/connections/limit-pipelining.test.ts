import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limitPipelining } from './limit-pipelining.js';

let app: FastifyInstance;
let started: ServerResponse[];
let ended: number;

beforeEach(async () => {
  started = [];
  ended = 0;
  app = Fastify();
  limitPipelining(app);
  app.get('/quick', async () => 'quick');
  app.get('/events', (_request, reply) => {
    started.push(reply.raw);
    reply.raw.once('close', () => {
      ended += 1;
    });
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.raw.write(': here\n\n');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  app.server.closeAllConnections();
  await app.close();
});

async function send(path: string, times: number): Promise<Socket> {
  const socket = connect({ port: (app.server.address() as AddressInfo).port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`.repeat(times));
  return socket;
}

describe('requests that do not wait for the response before them', () => {
  it('are answered in their order', async () => {
    const socket = await send('/quick', 16);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    await vi.waitFor(() => expect(received.match(/quick/g)).toHaveLength(16));
    socket.destroy();
  });

  it('end with their connection, also those whose response has not begun', async () => {
    const socket = await send('/events', 5);
    await vi.waitFor(() => expect(started).toHaveLength(5));
    socket.destroy();
    await vi.waitFor(() => expect(ended).toBe(5));
    expect(started.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('end their connection if there are more than sixteen', async () => {
    const socket = await send('/events', 400);
    socket.resume();
    await once(socket, 'close');
    expect(started).toHaveLength(16);
    await vi.waitFor(() => expect(ended).toBe(16));
  });
});
