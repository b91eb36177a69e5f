import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics/create-metrics.js';
import { CLIENT_LEFT } from './problem-responses.js';

/**
 * Measures every request, returns its id in a header, and logs it at level `debug`: on a busy API, one log line costs
 * half as much as the request itself. A request whose client left has the status 499. Headers and bodies are never logged, because both contain secrets.
 */
export function addRequestMeasures(app: FastifyInstance, { httpSeconds }: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    // Also if the client leaves before the response, which Fastify's hook `onResponse` does not tell.
    reply.raw.once('close', () => measure(request, reply));
  });
  const measure = (request: FastifyRequest, reply: FastifyReply): void => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const status = reply.raw.headersSent ? reply.statusCode : CLIENT_LEFT;
    httpSeconds.observe({ method, route, status }, reply.elapsedTime / 1000);
    request.log.debug({ method, route, status, ms: Math.round(reply.elapsedTime) }, 'request answered');
  };
}
