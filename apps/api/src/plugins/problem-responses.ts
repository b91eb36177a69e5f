import type { Socket } from 'node:net';
import { InletError, type Problem, toProblem } from '@inlet/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toInletError } from '../problems/to-inlet-error.js';

export const PROBLEM_TYPE = 'application/problem+json';
/** As it is sent; Fastify adds the charset to some answers of its own accord, and so all have it. */
export const PROBLEM_CONTENT_TYPE = `${PROBLEM_TYPE}; charset=utf-8`;

/** The problem document (RFC 9457) of whatever was thrown; what is our own fault is logged. */
export function problemOf(request: FastifyRequest, thrown: unknown): Problem {
  const { bodyLimit } = request.routeOptions;
  const error = toInletError(thrown, bodyLimit === undefined ? {} : { bodyLimitBytes: bodyLimit });
  const problem = toProblem(error, request.id);
  // Being unavailable is a state of the process and not a fault of this request: no error, and no stack.
  if (error.code === 'unavailable') request.log.warn({ detail: error.detail }, 'request refused');
  else if (isAbort(thrown)) request.log.debug('request given up by its client');
  else if (problem.status >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
  return problem;
}

/** What a `disconnectSignal` makes of work whose client has gone away. */
const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';

/** Answers with a problem document. Serialized here, so that no route schema can alter it. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const problem = problemOf(request, thrown);
  return reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
}

/** All errors, and addresses where there is nothing, become problem documents. */
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

/** For the errors that Fastify meets before there is a route, such as a broken percent-encoding. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void sendProblem(request, reply, error);
}

/** For what is not even HTTP: there is no request and no reply, only a socket. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // The peer went away: nothing can be said any more.
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
