import type { FastifyInstance } from 'fastify';
import { type CountRequest, createCounter } from '../plugins/rate-limits.js';
import { followerOf } from './session-authentication.js';

export interface WidgetRateLimits {
  /** Counts a request, with or without a good token, against its address. */
  readonly countAddress: CountRequest;
  /** Counts it against the user of its session: opening the widget again gives no new allowance. */
  readonly countSession: CountRequest;
}

/** Both a minute and in this process; 0 is no limit. */
export function createWidgetRateLimits(
  app: FastifyInstance,
  { perAddress, perSession }: { perAddress: number; perSession: number },
): WidgetRateLimits {
  return {
    countAddress: createCounter(app, { perMinute: perAddress, keyOf: (request) => request.ip }),
    countSession: createCounter(app, { perMinute: perSession, keyOf: followerOf }),
  };
}
