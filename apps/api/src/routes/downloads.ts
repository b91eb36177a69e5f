import { downloadTokenSchema, sheetDownloadSchema } from '@inlet/contracts';
import { type Context, createDownloadLink, followDownloadLink } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CountRequest } from '../plugins/rate-limits.js';
import { sendAttachment } from '../streams/attachment.js';
import { disconnectSignal } from '../streams/disconnect-signal.js';
import type { Mount } from './mount.js';
import { pathId } from './route-schemas.js';
import { CONTENT_TYPES } from './upload-output.js';

/** Links for downloads of the widget: a browser sends no token with them, and may not keep a large file in memory. */
export const downloadLinkRoutes =
  (context: Context, { callerOf }: Pick<Mount<string>, 'callerOf'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/:uploadId/download-links',
      {
        schema: {
          params: z.strictObject({ uploadId: pathId }),
          body: sheetDownloadSchema,
          response: { 201: downloadTokenSchema },
        },
      },
      async (request, reply) =>
        reply
          .code(201)
          .send(await createDownloadLink(context, callerOf(request), { ...request.params, ...request.body })),
    );
  };

/** Follows the links, which need no session. */
export const downloadRoutes =
  (context: Context, { countAddress }: { countAddress: CountRequest }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/:token',
      { onRequest: countAddress, schema: { params: z.strictObject({ token: z.string().max(1000) }) } },
      async (request, reply) => {
        const signal = disconnectSignal(reply);
        const { format, ...file } = await followDownloadLink(context, request.params.token, { signal });
        return sendAttachment(reply, { ...file, contentType: CONTENT_TYPES[format] });
      },
    );
  };
