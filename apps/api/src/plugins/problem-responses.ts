import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { InletError, type Problem, toProblem } from '@inlet/contracts';
import { isStoreFault } from '@inlet/workflow';
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
  // Being unavailable or full is a state of the process, not a fault of this request: no error, no stack.
  if (isStoreFault(error)) request.log.warn({ detail: error.detail }, 'request refused');
  else if (isAbort(request, thrown)) request.log.debug('request given up by its client');
  else if (problem.status >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, 'request failed');
  return problem;
}

/** True if the client left: its body broke off, or work that a `disconnectSignal` stopped rejects. */
const isAbort = ({ raw }: FastifyRequest, thrown: unknown): boolean =>
  raw.socket.destroyed &&
  (thrown === raw.errored || (thrown instanceof DOMException && thrown.name === 'AbortError'));

/** The status that nginx made known, for responses that nobody receives. */
export const CLIENT_LEFT = 499;

/** Sends a problem document. It is serialized here so that no route schema can change it. */
function sendProblem(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply {
  const problem = problemOf(request, thrown);
  if (problem.code === 'unavailable') void reply.header('retry-after', RETRY_AFTER_SECONDS);
  const status = isAbort(request, thrown) ? CLIENT_LEFT : problem.status;
  return reply.code(status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem));
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
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  // The peer is gone, or was answered before it sent its body.
  if (error.code === 'ECONNRESET' || !socket.writable || (isLate && socket.bytesWritten > 0)) {
    socket.destroy();
    return;
  }
  const problem = toProblem(isLate ? new InletError('request_timeout') : invalidRequest(error));
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: ${PROBLEM_CONTENT_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  socket.write(head + body);
  // A peer that never closes its side would keep the connection open.
  socket.destroySoon();
}

const invalidRequest = ({ code }: { code?: string }): InletError =>
  new InletError('invalid_request', {
    detail:
      code === 'HPE_HEADER_OVERFLOW' ? 'The headers are too large.' : 'This is not a valid HTTP request.',
  });

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
