import { deliveryViewSchema } from '@inlet/contracts';
import { type Context, replayDelivery } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { exposing, type Mount } from './mount.js';
import { pathId } from './route-schemas.js';

export const deliveryRoutes =
  (context: Context, mount: Mount<'replayDelivery'>): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf } = mount;
    exposing(
      app,
      mount,
    )('replayDelivery')?.post(
      '/:deliveryId/replay',
      {
        schema: {
          operationId: 'replayDelivery',
          summary: 'Send a delivery again',
          description:
            'An acknowledged delivery is sent as a new one, with `replayOf` and the header `inlet-replay: true`. A ' +
            'failed one is attempted again under its id. Returns the delivery that is going to be sent.',
          tags: ['Deliveries'],
          params: z.strictObject({ deliveryId: pathId }),
          response: { 202: deliveryViewSchema },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await replayDelivery(context, callerOf(request), request.params)),
    );
  };
