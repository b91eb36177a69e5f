import rateLimit from '@fastify/rate-limit';
import { InletError } from '@inlet/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressGroupOf } from '../connections/address-group.js';

const MINUTE_MS = 60_000;

/** An address may send this many times as many keys that are not known to be valid as it may send wrong keys. */
const LOOK_UPS_PER_REQUEST = 10;

/** The client's address, or the IPv6 network that it chooses its addresses from. */
export const addressOf = ({ ip }: Pick<FastifyRequest, 'ip'>): string => addressGroupOf(ip);

/** Counts a request and sends the remaining allowance in headers. Throws `rate_limited` when it is used up. */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Each process counts separately, so that several API processes allow a multiple. */
export interface RateLimits {
  /** Counts a request against `request.project`. */
  readonly countRequest: CountRequest;
  /**
   * Counts a refused key against the address that sent it. Valid keys from the same address still work, because many
   * projects may share an address (a NAT, a proxy that is not configured).
   */
  readonly countRefusal: CountRequest;
  /** Counts a search for a key against the address that sent it, before the database is asked. */
  readonly countLookUp: CountRequest;
}

/** `perMinute` applies to each project, and to each address that sends wrong keys; 0 means no limit. */
export async function addRateLimits(
  app: FastifyInstance,
  { perMinute }: { perMinute: number },
): Promise<RateLimits> {
  await app.register(rateLimit, { global: false });
  return {
    countRequest: createCounter(app, {
      perMinute,
      keyOf: (request) => request.project?.id ?? addressOf(request),
    }),
    countRefusal: createCounter(app, { perMinute, keyOf: addressOf }),
    countLookUp: createCounter(app, { perMinute: perMinute * LOOK_UPS_PER_REQUEST, keyOf: addressOf }),
  };
}

/** Requires `addRateLimits` first. Each counter counts separately. */
export function createCounter(
  app: FastifyInstance,
  { perMinute, keyOf }: { perMinute: number; keyOf: (request: FastifyRequest) => string },
): CountRequest {
  if (perMinute === 0) return async () => {};
  const limit = app.createRateLimit({ max: perMinute, timeWindow: MINUTE_MS, keyGenerator: keyOf });
  return async (request, reply) => {
    const { isAllowed, ...counted } = await limit(request);
    if (isAllowed || !('max' in counted)) return;
    void reply.headers({
      'x-ratelimit-limit': counted.max,
      'x-ratelimit-remaining': counted.remaining,
      'x-ratelimit-reset': counted.ttlInSeconds,
    });
    if (counted.isExceeded) throw tooMany(reply, Math.max(1, counted.ttlInSeconds));
  };
}

function tooMany(reply: FastifyReply, seconds: number): InletError {
  void reply.header('retry-after', seconds);
  return new InletError('rate_limited', { detail: `Try again in ${seconds} s.` });
}
