import type { FastifyInstance } from 'fastify';

/** Answers are about now, and many are private: nothing on the way may keep them. Refusals too, so add it first. */
export function addNoStore(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
}
