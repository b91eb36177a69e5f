import type { FastifyReply } from 'fastify';

/**
 * Returns a signal that fires when the client disconnects before the response is complete. Fastify's `request.signal`
 * cannot be used: it listens to the `close` event of the request, which comes as soon as the body is read.
 */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // The client may have left while the request was authenticated.
  if (reply.raw.destroyed) controller.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
