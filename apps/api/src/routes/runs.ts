import { deliveryViewSchema, pageQuerySchema, pageSchema, runViewSchema } from '@inlet/contracts';
import { type Context, cancelRun, getRun, listRunDeliveries, replayRun } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { pathId } from './route-schemas.js';

const tags = ['Runs'];
const params = z.strictObject({ runId: pathId });

export const runRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/runs/:runId',
      {
        schema: {
          operationId: 'getRun',
          summary: 'Get a run: outcome, counts, and what went wrong',
          tags,
          params,
          response: { 200: runViewSchema },
        },
      },
      (request) => getRun(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.get(
      '/runs/:runId/deliveries',
      {
        schema: {
          operationId: 'listRunDeliveries',
          summary: "List a run's deliveries, in order",
          tags,
          params,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(deliveryViewSchema) },
        },
      },
      (request) =>
        listRunDeliveries(context, {
          projectId: projectIdOf(request),
          ...request.params,
          page: request.query,
        }),
    );

    app.post(
      '/runs/:runId/cancel',
      {
        schema: {
          operationId: 'cancelRun',
          summary: 'Stop a run',
          description: 'The run ends soon after; what was sent by then stays sent.',
          tags,
          params,
          response: { 202: runViewSchema },
        },
      },
      async (request, reply) => {
        const run = await cancelRun(context, { projectId: projectIdOf(request), ...request.params });
        return reply.code(202).send(run);
      },
    );

    app.post(
      '/runs/:runId/replay',
      {
        schema: {
          operationId: 'replayRun',
          summary: "Send all of a run's deliveries again, under the same ids",
          tags,
          params,
          response: { 202: z.strictObject({ deliveries: z.int() }) },
        },
      },
      async (request, reply) => {
        const replayed = await replayRun(context, { projectId: projectIdOf(request), ...request.params });
        return reply.code(202).send(replayed);
      },
    );
  };
