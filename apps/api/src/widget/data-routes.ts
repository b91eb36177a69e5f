import { widgetDataRequestSchema, widgetGivenSchema } from '@inlet/contracts';
import { checkSessionData, type World } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { sessionOf } from './session-authentication.js';

/** What the host's page gave to begin with is checked here: the schemas would be the largest part of the widget. */
export const dataRoutes =
  (world: World): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/data',
      { schema: { body: widgetDataRequestSchema, response: { 200: widgetGivenSchema } } },
      (request) => checkSessionData(world, { session: sessionOf(request), request: request.body }),
    );
  };
