import { InletError, type Session } from '@inlet/contracts';
import { authenticateSession, type Context } from '@inlet/workflow';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WidgetRateLimits } from './widget-rate-limits.js';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
  }
}

/**
 * Every route of `app` needs the token of a widget session, before its body is even read. Nothing else counts as
 * a credential, the secret key least of all.
 */
export function addSessionAuthentication(
  app: FastifyInstance,
  { context, rateLimits }: { context: Context; rateLimits: WidgetRateLimits },
): void {
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    await rateLimits.countAddress(request, reply);
    request.session = await authenticateSession(context, bearerOf(request));
    await rateLimits.countSession(request, reply);
  });
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** The session of this request. A route outside of the authentication has none, and fails instead of leaking. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new InletError('session_missing');
  return request.session;
}

/** Names a session's user, or the address of one who is nobody, among all projects. */
export function followerOf(request: FastifyRequest): string {
  const { projectId, externalUserId } = sessionOf(request);
  return JSON.stringify([projectId, externalUserId ?? request.ip]);
}
