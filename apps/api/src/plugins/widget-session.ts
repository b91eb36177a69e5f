import { InletError, type Session } from '@inlet/contracts';
import {
  authenticateSession,
  type Caller,
  type Context,
  callerOfSession,
  checkNotExpired,
} from '@inlet/workflow';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addressOf, type CountRequest, createCounter } from './rate-limits.js';
import { checkReviewScope } from './review-scope.js';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
  }
}

/** Requests a minute in this process; 0 means no limit. */
export interface WidgetRateLimitOptions {
  readonly perAddress: number;
  readonly perSession: number;
}

export interface WidgetRateLimits {
  /** Counts a request, with or without a valid token, against its address. */
  readonly countAddress: CountRequest;
  /** Counts it against the user of its session: opening the widget again does not reset the count. */
  readonly countSession: CountRequest;
  /** Counts a read of a source against the same user. */
  readonly countRead: CountRequest;
}

/** The part of a user's requests that may read a source. */
const READS_SHARE = 0.4;

export function createWidgetRateLimits(
  app: FastifyInstance,
  { perAddress, perSession }: WidgetRateLimitOptions,
): WidgetRateLimits {
  return {
    countAddress: createCounter(app, { perMinute: perAddress, keyOf: addressOf }),
    countSession: createCounter(app, { perMinute: perSession, keyOf: followerOf }),
    countRead: createCounter(app, { perMinute: Math.ceil(perSession * READS_SHARE), keyOf: followerOf }),
  };
}

/**
 * Requires the token of a widget session for every route of `app`, before its body is read. Nothing else counts as a
 * credential, least of all the secret key.
 */
export function addWidgetSession(
  app: FastifyInstance,
  { context, rateLimits }: { context: Context; rateLimits: WidgetRateLimits },
): void {
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    await rateLimits.countAddress(request, reply);
    request.session = await authenticateSession(context, bearerOf(request));
    await rateLimits.countSession(request, reply);
    await checkReviewScope(context, request, request.session);
  });
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** The caller of a request. Checks the expiry at each call, so that a stream of events ends with its session. */
export function createCallerOf(context: Pick<Context, 'now'>): (request: FastifyRequest) => Caller {
  return (request) => {
    const session = sessionOf(request);
    checkNotExpired(context, session);
    return callerOfSession(session, localeOf(request));
  };
}

/** Throws if the route is outside of the authentication. */
function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new InletError('session_missing');
  return request.session;
}

/** Identifies the user of a session, or the address of an unknown user, among all projects. */
export function followerOf(request: FastifyRequest): string {
  const { projectId, externalUserId } = sessionOf(request);
  return JSON.stringify([projectId, externalUserId ?? addressOf(request)]);
}

/** The language tag that a client names first, the only one that the widget sends; undefined means English. */
function localeOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  return /^\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*(?:[,;]|$)/i.exec(headers['accept-language'] ?? '')?.[1];
}
