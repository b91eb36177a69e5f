import { nextPageBatchSchema, pageAnswerSchema } from '@inlet/contracts';
import { acknowledgePageBatch, type Context, nextPageBatch } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Mount } from './mount.js';
import { noContent, pathId } from './route-schemas.js';

const params = z.strictObject({ uploadId: pathId });
const batchParams = z.strictObject({ uploadId: pathId, deliveryId: pathId });

/** Routes for widget sessions alone: the batches that the host's page takes in place of a server. */
export const pageBatchRoutes =
  (context: Context, { callerOf }: Pick<Mount<never>, 'callerOf'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/:uploadId/batches/next',
      { schema: { params, response: { 200: nextPageBatchSchema } } },
      (request) => nextPageBatch(context, callerOf(request), request.params.uploadId),
    );

    app.post(
      '/:uploadId/batches/:deliveryId',
      {
        bodyLimit: 8 * 2 ** 20,
        schema: { params: batchParams, body: pageAnswerSchema, response: noContent },
      },
      async (request, reply) => {
        await acknowledgePageBatch(context, callerOf(request), { ...request.params, ...request.body });
        return reply.code(204).send();
      },
    );
  };
