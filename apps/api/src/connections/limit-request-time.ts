import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { answerClientError } from '../plugins/problem-responses.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file, which may take as long as its bytes keep coming. */
    receivesFile?: true;
  }
}

/** Slower transfers of files than this, in bytes a second, are ended. */
const LEAST_BYTES_PER_SECOND = 1024;

const LATE = Object.assign(new Error('the request did not arrive in time'), {
  code: 'ERR_HTTP_REQUEST_TIMEOUT',
});

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Ends requests whose body has not arrived in time. Node's own limit is the same for all requests; a file may take
 * longer, as long as it keeps coming. Call it before the routes are added.
 */
export function limitRequestTime(app: FastifyInstance, { timeoutMs }: { timeoutMs: number }): void {
  const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  const end = (request: IncomingMessage) => answerClientError(LATE, request.socket);
  const stop = (request: IncomingMessage) => clearTimeout(timers.get(request));

  app.server.on('request', (request: IncomingMessage) => {
    // Node says that a request has ended only to those who read its body, which nobody does if there is none.
    if (!hasBody(request)) return;
    timers.set(
      request,
      setTimeout(() => end(request), timeoutMs),
    );
    request.once('end', () => stop(request));
    request.once('close', () => stop(request));
  });

  const watchTransfer = (request: IncomingMessage) => {
    stop(request);
    const before = request.socket.bytesRead;
    const check = () => {
      const received = request.socket.bytesRead - before;
      if (received < (LEAST_BYTES_PER_SECOND * timeoutMs) / 1000) end(request);
      else watchTransfer(request);
    };
    timers.set(request, setTimeout(check, timeoutMs));
  };
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.config.receivesFile && hasBody(raw) && !raw.complete) watchTransfer(raw);
  });
}
