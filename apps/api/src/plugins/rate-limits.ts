import rateLimit from '@fastify/rate-limit';
import { InletError } from '@inlet/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const MINUTE_MS = 60_000;

/** Counted per process: with several API processes, each allows this much. Both throw `rate_limited`. */
export interface RateLimits {
  /** Counts a request of `request.project`, and tells its allowance in headers. */
  countRequest(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /**
   * Counts a refused key against the address that sent it. Good keys from the same address still work, as many
   * projects may share one (a NAT, a proxy that was not configured).
   */
  countRefusal(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

/** `perMinute` holds for each project, and for each address that sends wrong keys; 0 is no limit. */
export async function addRateLimits(
  app: FastifyInstance,
  { perMinute }: { perMinute: number },
): Promise<RateLimits> {
  await app.register(rateLimit, { global: false });
  const limit = { max: perMinute, timeWindow: MINUTE_MS };
  const refusals = app.createRateLimit(limit);
  const requests = app.createRateLimit({
    ...limit,
    keyGenerator: (request) => request.project?.id ?? request.ip,
  });
  const count = async (state: ReturnType<typeof requests>, reply: FastifyReply): Promise<void> => {
    const { isAllowed, ...counted } = await state;
    if (isAllowed || !('max' in counted)) return;
    void reply.headers({
      'x-ratelimit-limit': counted.max,
      'x-ratelimit-remaining': counted.remaining,
      'x-ratelimit-reset': counted.ttlInSeconds,
    });
    if (counted.isExceeded) throw tooMany(reply, Math.max(1, counted.ttlInSeconds));
  };
  if (perMinute === 0) return { countRequest: async () => {}, countRefusal: async () => {} };
  return {
    countRequest: (request, reply) => count(requests(request), reply),
    countRefusal: (request, reply) => count(refusals(request), reply),
  };
}

function tooMany(reply: FastifyReply, seconds: number): InletError {
  void reply.header('retry-after', seconds);
  return new InletError('rate_limited', { detail: `Try again in ${seconds} s.` });
}
