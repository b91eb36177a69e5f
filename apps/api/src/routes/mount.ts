import type { Caller } from '@inlet/workflow';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

/** How a plugin of routes is mounted: for whom, and which of its routes exist there. */
export interface Mount<Route extends string> {
  /** Throws if the request is not authenticated, or no longer. */
  readonly callerOf: (request: FastifyRequest) => Caller;
  /** The routes to register. No route is registered by default. */
  readonly routes: readonly Route[];
}

type App = Parameters<FastifyPluginAsyncZod>[0];

/** Returns `app` for a route that the mount exposes, else undefined. */
export function exposing<Route extends string>(
  app: App,
  { routes }: Mount<Route>,
): (route: Route) => App | undefined {
  return (route) => (routes.includes(route) ? app : undefined);
}
