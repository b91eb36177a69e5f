import { InletError } from '@inlet/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { createEmbedScript } from './embed-script.js';
import { sendFile } from './send-file.js';

const INTEGRITY_HEADER = 'inlet-integrity';

const MINUTES_5 = 300;
const YEAR_SECONDS = 31_536_000;

/** Any page may load the script: it is the same for all and contains no secret. */
const options = {
  helmet: { crossOriginResourcePolicy: { policy: 'cross-origin' } },
  config: { cors: false },
  exposeHeadRoute: true,
} as const;

/** Serves the loader script: the newest one at a fixed address, and an immutable one under its version. */
export const embedRoutes =
  ({ embedDir, version }: { embedDir: string; version: string }): FastifyPluginAsyncZod =>
  async (app) => {
    const script = createEmbedScript({ embedDir });
    const answer = async (request: FastifyRequest, reply: FastifyReply, cacheControl: string) => {
      const file = await script.read();
      void reply.headers({
        'access-control-allow-origin': '*',
        'access-control-expose-headers': INTEGRITY_HEADER,
        [INTEGRITY_HEADER]: file.integrity,
        'cache-control': cacheControl,
      });
      return sendFile(request, reply, file);
    };

    app.get('/inlet.js', { ...options, schema: { hide: true } }, (request, reply) =>
      answer(request, reply, `public, max-age=${MINUTES_5}`),
    );

    app.get(
      '/:version/inlet.js',
      { ...options, schema: { hide: true, params: z.object({ version: z.string() }) } },
      (request, reply) => {
        if (request.params.version !== version)
          throw new InletError('route_not_found', {
            detail: `This server has version ${version}; "inlet embed" prints the tag for it.`,
          });
        return answer(request, reply, `public, max-age=${YEAR_SECONDS}, immutable`);
      },
    );
  };
