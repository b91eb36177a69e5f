import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

const SWEEP_MS = 50;

/**
 * Call it before the server listens. Returns a function that stops listening, lets requests in progress end, and cuts
 * off those that take longer than `graceMs`.
 *
 * Node closes the connections that are idle when the close begins. A connection whose request ends later would stay
 * open for the rest of its keep-alive time and delay the close by over a minute; hence the sweep. Node also does not
 * count a connection as idle that was never used, and browsers open such ones in advance.
 */
export function serverCloser(app: FastifyInstance, { graceMs }: { graceMs: number }): () => Promise<void> {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const closeIdle = () => {
    app.server.closeIdleConnections();
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  return async () => {
    const sweep = setInterval(closeIdle, SWEEP_MS);
    const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
      clearTimeout(cut);
    }
  };
}
