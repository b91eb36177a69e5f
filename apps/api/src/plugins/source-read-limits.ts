import type { FastifyInstance } from 'fastify';
import { countOpenResponses } from '../streams/count-open-responses.js';
import type { CountRequest } from './rate-limits.js';
import { followerOf } from './widget-session.js';

/** The widget reads one source at a time, and cancels a read when it begins another one. */
const READS_AT_A_TIME = 4;

/** Bounds the reads of sources by one user of the widget: each of them makes this server call another one. */
export function addSourceReadLimits(app: FastifyInstance, countRead: CountRequest): void {
  const countOpen = countOpenResponses(READS_AT_A_TIME, 'reads of sources');
  app.addHook('preHandler', async (request, reply) => {
    countOpen(followerOf(request), reply.raw);
    await countRead(request, reply);
  });
}
