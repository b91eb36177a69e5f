import { createHash, timingSafeEqual } from 'node:crypto';
import { InletError } from '@inlet/contracts';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Readiness } from '../create-readiness.js';
import type { Metrics } from '../metrics/create-metrics.js';
import { addNoStore } from '../plugins/no-store.js';

export interface MetricsAccess {
  readonly metrics: Metrics;
  /** Refreshes what is only counted when somebody asks. */
  readonly refresh: () => Promise<void>;
  /** `open`: for everybody who can reach it. A text: for those who send it as a bearer token. `off`: not there. */
  readonly guard: 'open' | 'off' | { readonly token: string };
}

/** These routes need no key. */
const open = { tags: ['Operations'], security: [] };
const okSchema = z.strictObject({ status: z.literal('ok') });
const readySchema = z.discriminatedUnion('status', [
  okSchema,
  z.strictObject({ status: z.literal('degraded'), reasons: z.array(z.enum(['disk_full'])) }),
]);

/** For the people and machines that operate Inlet. */
export const operationRoutes =
  ({ readiness, access }: { readiness: Readiness; access: MetricsAccess }): FastifyPluginAsyncZod =>
  async (app) => {
    addNoStore(app);

    app.get(
      '/healthz',
      {
        exposeHeadRoute: true,
        schema: {
          operationId: 'getHealth',
          summary: 'Whether the process is up; 503 if only a restart can help',
          ...open,
          response: { 200: okSchema },
        },
      },
      async () => {
        readiness.checkHealth();
        return { status: 'ok' as const };
      },
    );

    app.get(
      '/readyz',
      {
        exposeHeadRoute: true,
        schema: {
          operationId: 'getReadiness',
          summary: 'Whether the process can do its work; 503 while it cannot, and while it stops',
          ...open,
          response: { 200: readySchema },
        },
      },
      async () => {
        const reasons = await readiness.check();
        return reasons.length === 0
          ? { status: 'ok' as const }
          : { status: 'degraded' as const, reasons: [...reasons] };
      },
    );

    app.get(
      '/metrics',
      {
        exposeHeadRoute: true,
        schema: {
          operationId: 'getMetrics',
          summary: 'Measurements for Prometheus',
          ...open,
          response: { 200: { content: { 'text/plain': { schema: z.string() } } } },
        },
      },
      async (request, reply) => {
        if (!isAllowed(access.guard, request.headers.authorization))
          throw new InletError('route_not_found', { detail: 'GET /metrics' });
        await access.refresh();
        return reply.type(access.metrics.registry.contentType).send(await access.metrics.registry.metrics());
      },
    );
  };

function isAllowed(guard: MetricsAccess['guard'], authorization: string | undefined): boolean {
  if (guard === 'open') return true;
  if (guard === 'off') return false;
  // Hashed, because timingSafeEqual wants equal lengths.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${guard.token}`));
}
