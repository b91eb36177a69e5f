import type { FastifyReply } from 'fastify';

/**
 * Fires when the client goes away before its answer is complete. Not `request.signal` of Fastify, which
 * listens to the request's own `close` event: that comes as soon as a body has been read.
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
