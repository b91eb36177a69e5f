import type { FastifyInstance } from 'fastify';

/** Forbids caching: responses are current and often private. Add it first, so that refusals are covered too. */
export function addNoStore(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
}
