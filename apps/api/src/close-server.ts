import type { FastifyInstance } from 'fastify';

const SWEEP_MS = 50;

/**
 * Stops listening, lets requests in progress end, and cuts off those that take longer than `graceMs`.
 *
 * Node closes the connections that are idle when the close begins. A connection whose request ends after that
 * would stay open for the rest of its keep-alive time, and hold the close up for over a minute; hence the sweep.
 */
export async function closeServer(app: FastifyInstance, { graceMs }: { graceMs: number }): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
