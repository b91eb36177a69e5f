import { reviewSessionRequestSchema, sessionRequestSchema, sessionResponseSchema } from '@inlet/contracts';
import { type Context, openReviewSession, openSession } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CountRequest } from '../plugins/rate-limits.js';

/** More than the longest user token and the largest `extra` together. */
const BODY_LIMIT_BYTES = 32_768;

/** Opens sessions, which needs none; the widget also renews them here. */
export const sessionRoutes =
  (context: Context, { countAddress }: { countAddress: CountRequest }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        onRequest: countAddress,
        schema: { body: sessionRequestSchema, response: { 201: sessionResponseSchema } },
      },
      async (request, reply) => reply.code(201).send(await openSession(context, request.body)),
    );

    app.post(
      '/review',
      {
        onRequest: countAddress,
        schema: { body: reviewSessionRequestSchema, response: { 201: sessionResponseSchema } },
      },
      async (request, reply) => reply.code(201).send(await openReviewSession(context, request.body.token)),
    );
  };
