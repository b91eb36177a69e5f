import { reviewLinkInputSchema, reviewLinkSchema } from '@inlet/contracts';
import { type Context, createReviewLink, removeReviewLinks } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Mount } from './mount.js';
import { noContent, pathId } from './route-schemas.js';

const tags = ['Uploads'];
const params = z.strictObject({ uploadId: pathId });

/** Links to the page on which one upload is reviewed. Only hosts make them. */
export const reviewLinkRoutes =
  (context: Context, { callerOf }: Pick<Mount<string>, 'callerOf'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/:uploadId/review-links',
      {
        schema: {
          operationId: 'createReviewLink',
          summary: 'Make a link to a page on which this upload is reviewed',
          tags,
          params,
          body: reviewLinkInputSchema,
          response: { 201: reviewLinkSchema },
        },
      },
      async (request, reply) => {
        const link = await createReviewLink(context, callerOf(request), {
          ...request.params,
          ...request.body,
        });
        return reply.code(201).send(link);
      },
    );

    app.delete(
      '/:uploadId/review-links',
      {
        schema: {
          operationId: 'removeReviewLinks',
          summary: 'End all review links of an upload',
          tags,
          params,
          response: noContent,
        },
      },
      async (request, reply) => {
        await removeReviewLinks(context, callerOf(request), request.params.uploadId);
        return reply.code(204).send();
      },
    );
  };
