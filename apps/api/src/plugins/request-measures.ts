import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/create-metrics.js';

/**
 * Measures every request, names it in its answer, and logs it at `debug`: on a busy API a log line a request
 * costs half of what answering it does. Neither headers nor bodies are ever logged, as both hold secrets.
 */
export function addRequestMeasures(app: FastifyInstance, { httpSeconds }: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.statusCode;
    httpSeconds.observe({ method, route, status }, reply.elapsedTime / 1000);
    request.log.debug({ method, route, status, ms: Math.round(reply.elapsedTime) }, 'request answered');
  });
}
