import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { messyStories, SAMPLE_PATH } from './messy-stories.js';

/** An untidy file to try the upload with. */
export const fileRoutes = (): FastifyPluginAsyncZod => async (app) => {
  app.get(SAMPLE_PATH, { schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/csv')
      .header('content-disposition', 'attachment; filename="stories.csv"')
      .send(messyStories()),
  );
};
