import { InletError, type Project } from '@inlet/contracts';
import { type Caller, type Context, findBySecretKey, hashKey } from '@inlet/workflow';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from './rate-limits.js';

declare module 'fastify' {
  interface FastifyRequest {
    project: Project | null;
  }
}

/** The name of the security scheme in the OpenAPI document. */
export const SECRET_KEY_SCHEME = 'secretKey';

/**
 * Requires the secret key of a project for every route of `app`, before its body is read. Nothing else counts as a
 * credential: a user token identifies a user, and is not enough to call the API.
 */
export function addSecretKey(
  app: FastifyInstance,
  { context, rateLimits }: { context: Context; rateLimits: RateLimits },
): void {
  app.decorateRequest('project', null);
  /** Hashes of keys that were valid when they were last sent. There are no more of them than keys of projects. */
  const accepted = new Set<string>();
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, security: [{ [SECRET_KEY_SCHEME]: [] }] };
  });
  app.addHook('onRequest', async (request, reply) => {
    const key = keyOf(request);
    const hash = hashKey(key ?? '');
    // Wrong keys from the same address do not hold up a valid one.
    if (!accepted.has(hash)) await rateLimits.countLookUp(request, reply);
    try {
      request.project = await findBySecretKey(context, key);
      accepted.add(hash);
    } catch (error) {
      accepted.delete(hash);
      if (error instanceof InletError) await rateLimits.countRefusal(request, reply);
      throw error;
    }
    await rateLimits.countRequest(request, reply);
  });
}

function keyOf(request: FastifyRequest): string | undefined {
  const { accesskey } = request.headers;
  return typeof accesskey === 'string' ? accesskey : undefined;
}

/** The project of the key that was sent. Throws if the route is outside of the authentication. */
export function projectIdOf(request: FastifyRequest): string {
  if (request.project === null) throw new InletError('key_missing');
  return request.project.id;
}

/** The host whose key was sent. */
export function callerOf(request: FastifyRequest): Caller {
  return { projectId: projectIdOf(request) };
}
