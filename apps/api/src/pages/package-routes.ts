import { InletError } from '@inlet/contracts';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendFile } from './send-file.js';
import { createServedFiles } from './served-files.js';

/**
 * Serves the public packages of this version as tarballs, for `npm install SERVER/packages/react.tgz`. They contain no
 * secret and are the same for everybody.
 */
export const packageRoutes =
  ({ packagesDir, version }: { packagesDir: string; version: string }): FastifyPluginAsyncZod =>
  async (app) => {
    const files = createServedFiles(packagesDir);
    app.get(
      '/:file',
      {
        config: { cors: false },
        exposeHeadRoute: true,
        schema: { hide: true, params: z.object({ file: z.string() }) },
      },
      async (request, reply) => {
        const file = await files.find(request.params.file);
        if (!file)
          throw new InletError('route_not_found', {
            detail: 'The packages are client.tgz, contracts.tgz, embed.tgz and react.tgz.',
          });
        void reply.headers({ 'cache-control': 'no-cache', 'inlet-version': version });
        return sendFile(request, reply, file);
      },
    );
  };
