import type { FastifyPluginAsync } from 'fastify';
import { deskRoutes } from './desk/desk-routes.js';
import { feedRoutes } from './feeds/feed-routes.js';
import { fileRoutes } from './files/file-routes.js';
import type { Demo } from './open-demo.js';
import { pageRoutes } from './page-routes.js';

/** The demo: a host application with its backend, and the sites that it imports from. */
export function demoRoutes(
  demo: Demo,
  { now, playgroundDir }: { now: () => Date; playgroundDir: string },
): FastifyPluginAsync {
  return async (app) => {
    await app.register(pageRoutes(demo, { playgroundDir }));
    await app.register(deskRoutes(demo));
    await app.register(feedRoutes({ baseUrl: demo.baseUrl, now }));
    await app.register(fileRoutes());
  };
}
