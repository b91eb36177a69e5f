import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Requests of one connection that may be answered at a time. Browsers and proxies send one. */
const MOST_OPEN = 16;

/**
 * Closes a connection that sends many requests without waiting for the responses: Node starts all of them at once, past
 * the limits of connections. Call it before other hooks are added.
 *
 * If a connection ends, Node closes only the response that is being sent. Those that wait behind it are closed here, so
 * that work and counts that end with a response end too.
 */
export function limitPipelining(app: FastifyInstance): void {
  const openBySocket = new WeakMap<Socket, Set<ServerResponse>>();

  const openOf = (socket: Socket): Set<ServerResponse> => {
    const known = openBySocket.get(socket);
    if (known) return known;
    const open = new Set<ServerResponse>();
    openBySocket.set(socket, open);
    socket.once('close', () => {
      const waiting = [...open].filter((response) => response.socket === null);
      for (const response of waiting) {
        response.destroy();
        response.emit('close');
      }
    });
    return open;
  };

  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    const open = openOf(socket);
    if (open.size >= MOST_OPEN) socket.destroy();
    // Node goes on with the requests that it has read already.
    if (socket.destroyed) {
      reply.hijack();
      return;
    }
    open.add(reply.raw);
    reply.raw.once('close', () => open.delete(reply.raw));
    done();
  });
}
