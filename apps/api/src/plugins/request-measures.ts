import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/create-metrics.js';

/**
 * Measures every request, returns its id in a header, and logs it at level `debug`: on a busy API, one log line costs
 * half as much as the request itself. Headers and bodies are never logged, because both contain secrets.
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
