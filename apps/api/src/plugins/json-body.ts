import { createHash } from 'node:crypto';
import { InletError, MOST_JSON_LEVELS } from '@inlet/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** SHA-256 of the body as sent, hex; null without a body or without an `Idempotency-Key`, which needs it. */
    bodyHash: string | null;
  }
}

/**
 * Accepts only JSON bodies. An empty body counts as no body, because many HTTP clients send the content type with
 * every PUT and DELETE.
 */
export function addJsonBody(app: FastifyInstance): void {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  app.decorateRequest('bodyHash', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (request.headers['idempotency-key'] !== undefined)
        request.bodyHash = createHash('sha256').update(body).digest('hex');
      return body.length === 0 ? undefined : parseJson(decodeText(body, decoder));
    },
  );
}

function decodeText(body: Buffer, decoder: TextDecoder): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw notJson(cause);
  }
}

const notJson = (cause: unknown): InletError =>
  new InletError('body_not_json', { detail: cause instanceof Error ? cause.message : '', cause });

/** @throws InletError body_not_json, body_too_deep, invalid_request */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw notJson(cause);
  }
  checkLevels(value);
  return value;
}

/** Refuses deep bodies, and the one member name that checks would pass over, because it is special in JavaScript. */
export function checkLevels(value: unknown, path: readonly string[] = []): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length > MOST_JSON_LEVELS)
    throw new InletError('body_too_deep', { detail: `It has more than ${MOST_JSON_LEVELS} levels.` });
  if (Object.hasOwn(value, '__proto__')) {
    const field = [...path, '__proto__'].join('.');
    throw new InletError('invalid_request', { errors: [{ path: field, message: 'is not a known field' }] });
  }
  for (const [name, member] of Object.entries(value))
    if (typeof member === 'object') checkLevels(member, [...path, name]);
}
