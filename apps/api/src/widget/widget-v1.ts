import type { Context } from '@inlet/workflow';
import type { FastifyPluginAsync } from 'fastify';
import { addNoStore } from '../plugins/no-store.js';
import { dataRoutes } from './data-routes.js';
import { jobRoutes } from './job-routes.js';
import { lookRoutes } from './look-routes.js';
import { runRoutes } from './run-routes.js';
import { addSessionAuthentication } from './session-authentication.js';
import { sessionRoutes } from './session-routes.js';
import { createWidgetRateLimits } from './widget-rate-limits.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Read by @fastify/cors, whose types do not say so. */
    cors?: false;
  }
}

export interface WidgetV1Options {
  /** Requests a minute from one address, and of one session; 0 is no limit. */
  readonly perAddress: number;
  readonly perSession: number;
}

/**
 * What the iframe calls, and nobody else: it is no public API, so not in the OpenAPI document, and for pages of
 * its own origin only, whatever the operator allows for the API.
 */
export const widgetV1Routes =
  (context: Context, options: WidgetV1Options): FastifyPluginAsync =>
  async (app) => {
    const rateLimits = createWidgetRateLimits(app, options);
    addNoStore(app);
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { ...route.config, cors: false };
    });
    await app.register(sessionRoutes(context, { rateLimits }));
    await app.register(async (own) => {
      addSessionAuthentication(own, { context, rateLimits });
      await own.register(dataRoutes(context));
      await own.register(lookRoutes(context));
      await own.register(jobRoutes(context));
      await own.register(runRoutes(context));
    });
  };
