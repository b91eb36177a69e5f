import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { InletError } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CLIENT_LEFT, PROBLEM_CONTENT_TYPE } from './problem-responses.js';
import { projectIdOf } from './secret-key.js';

const KEPT_MS = 24 * 60 * 60 * 1000;
/**
 * Longer than any request takes. A key without a response after this time belongs to a process that died, and must
 * not be refused for a whole day.
 */
const IN_PROGRESS_MS = 10 * 60 * 1000;

const idempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional()
    .describe(
      'A text of your choice, unique for each thing you want to happen. A request that is repeated with the ' +
        'same key within 24 hours gets the answer of the first one, and nothing happens twice.',
    ),
});

declare module 'fastify' {
  interface FastifyRequest {
    /** The key for which to store the response, or null. */
    idempotencyKey: string | null;
  }
}

/**
 * Every POST of `app` accepts an `Idempotency-Key`. The first request with a key runs, and its response is stored
 * unless Inlet itself failed (5xx), the client left, or it is a stream of events, which changes nothing and can be requested again. The
 * same request again gets that response with `idempotent-replayed: true`.
 *
 * A request that is refused before it reaches a use case (no key, invalid, too many) does not use up the key.
 */
export function addIdempotency(app: FastifyInstance, { context }: { context: Context }): void {
  app.decorateRequest('idempotencyKey', null);
  app.addHook('onRoute', (route) => {
    if (route.method === 'POST') route.schema = { ...route.schema, headers: idempotencyHeadersSchema };
  });
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string') return;
    const replayed = await begin(context, request, key);
    if (!replayed) return;
    return reply
      .code(replayed.status)
      .type(replayed.status < 400 ? 'application/json; charset=utf-8' : PROBLEM_CONTENT_TYPE)
      .header('idempotent-replayed', 'true')
      .serializer(String)
      .send(replayed.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.idempotencyKey !== null) await keep(context, request, { reply, payload });
    return payload;
  });
}

/** Reserves the key for this request, or returns the response of the first one. */
async function begin(
  context: Context,
  request: FastifyRequest,
  key: string,
): Promise<{ status: number; body: string } | null> {
  const now = context.now();
  const begun = await context.store.idempotency.begin({
    projectId: projectIdOf(request),
    key,
    fingerprint: fingerprint(request),
    now,
    expiresAt: new Date(now.getTime() + IN_PROGRESS_MS),
  });
  if (begun.kind === 'other_request') throw new InletError('idempotency_key_reused');
  if (begun.kind === 'in_progress') throw new InletError('idempotency_in_progress');
  if (begun.kind === 'finished') return begun.response;
  request.idempotencyKey = key;
  return null;
}

async function keep(
  context: Context,
  request: FastifyRequest,
  { reply, payload }: { reply: FastifyReply; payload: unknown },
): Promise<void> {
  const about = { projectId: projectIdOf(request), key: request.idempotencyKey ?? '' };
  const status = reply.statusCode;
  request.idempotencyKey = null;
  const isStream = payload instanceof Readable;
  if (status >= CLIENT_LEFT || isStream) await context.store.idempotency.abandon(about);
  else {
    const body = typeof payload === 'string' ? payload : '';
    const expiresAt = new Date(context.now().getTime() + KEPT_MS);
    await context.store.idempotency.finish({ ...about, response: { status, body }, expiresAt });
  }
}

function fingerprint(request: FastifyRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.url, request.bodyHash]))
    .digest('hex');
}
