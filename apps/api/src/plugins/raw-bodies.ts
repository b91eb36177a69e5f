import type { FastifyInstance } from 'fastify';

/** Hands bodies of any type, JSON too, to the routes of `app` as streams: they are stored or read as they arrive. */
export function acceptRawBodies(
  app: Pick<FastifyInstance, 'removeAllContentTypeParsers' | 'addContentTypeParser'>,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));
}
