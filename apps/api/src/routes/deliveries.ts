import { deliveryViewSchema } from '@inlet/contracts';
import { type Context, replayDelivery } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { pathId } from './route-schemas.js';

export const deliveryRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/deliveries/:deliveryId/replay',
      {
        schema: {
          operationId: 'replayDelivery',
          summary: 'Send a delivery again, under the same id',
          tags: ['Deliveries'],
          params: z.strictObject({ deliveryId: pathId }),
          response: { 202: deliveryViewSchema },
        },
      },
      async (request, reply) => {
        const delivery = await replayDelivery(context, {
          projectId: projectIdOf(request),
          ...request.params,
        });
        return reply.code(202).send(delivery);
      },
    );
  };
