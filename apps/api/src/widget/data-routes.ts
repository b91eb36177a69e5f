import { widgetDataRequestSchema, widgetGivenSchema } from '@inlet/contracts';
import { type Context, checkSessionData } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sessionOf } from './session-authentication.js';

/** What the host's page gave to begin with is checked here: the schemas would be the largest part of the widget. */
export const dataRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/data',
      { schema: { body: widgetDataRequestSchema, response: { 200: widgetGivenSchema } } },
      (request) => checkSessionData(context, { session: sessionOf(request), request: request.body }),
    );
  };
