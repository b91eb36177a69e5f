import { sessionRequestSchema, sessionResponseSchema } from '@inlet/contracts';
import { type Context, openSession } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { WidgetRateLimits } from './widget-rate-limits.js';

/** More than the longest user token and the largest `extra` together. */
const BODY_LIMIT_BYTES = 32_768;

/** Begins sessions; also how the widget goes on when one is about to end. */
export const sessionRoutes =
  (context: Context, { rateLimits }: { rateLimits: WidgetRateLimits }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/sessions',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        onRequest: rateLimits.countAddress,
        schema: { body: sessionRequestSchema, response: { 201: sessionResponseSchema } },
      },
      async (request, reply) => reply.code(201).send(await openSession(context, { request: request.body })),
    );
  };
