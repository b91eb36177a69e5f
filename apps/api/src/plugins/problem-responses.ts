import type { Socket } from 'node:net';
import { InletError, type Problem, toProblem } from '@inlet/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toInletError } from '../problems/to-inlet-error.js';

export const PROBLEM_TYPE = 'application/problem+json';
/** The full header value. Fastify adds the charset to some responses itself, so all have it. */
export const PROBLEM_CONTENT_TYPE = `${PROBLEM_TYPE}; charset=utf-8`;

/** An election of a primary takes a few seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Turns anything thrown into a problem document (RFC 9457), and logs faults of Inlet itself. */
export function problemOf(request: FastifyRequest, thrown: unknown): Problem {
  const { bodyLimit } = request.routeOptions;
  const error = toInletError(thrown, bodyLimit === undefined ? {} : { bodyLimitBytes: bodyLimit });
  const problem = toProblem(error, request.id);
  // Being unavailable is a state of the process, not a fault of this request: no error, no stack.
  if (error.code === 'unavailable') request.log.warn({ detail: error.detail }, 'request refused');
  else if (isAbort(thrown)) request.log.debug('request given up by its client');
  else if (problem.status >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
  return problem;
}

/** Work that a `disconnectSignal` stopped rejects with this error. */
const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';

/** Sends a problem document. It is serialized here so that no route schema can change it. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const problem = problemOf(request, thrown);
  if (problem.code === 'unavailable') void reply.header('retry-after', RETRY_AFTER_SECONDS);
  return reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
}

/** Turns all errors and unknown addresses into problem documents. */
export function addProblemResponses(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      request,
      reply,
      new InletError('route_not_found', { detail: `${request.method} ${pathOf(request)}` }),
    ),
  );
}

/** For errors that occur before a route is found, such as a broken percent-encoding. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void sendProblem(request, reply, error);
}

/** For input that is not HTTP, when there is only a socket and no request. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // The peer is gone, so no answer can be sent.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const detail = isTooLarge ? 'The headers are too large.' : 'This is not a valid HTTP request.';
  const body = JSON.stringify(toProblem(new InletError('invalid_request', { detail })));
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: ${PROBLEM_CONTENT_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + body);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
