import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';
import { demoFeed } from './demo-feed.js';
import type { Demo } from './open-demo.js';

/** Files of the page. */
const page = (name: string) => readFile(new URL(`../../demo-page/${name}`, import.meta.url), 'utf8');

/** The demo: a page that shows what runs, a feed that changes, and a receiver that verifies. */
export function demoRoutes(demo: Demo, { now }: { now: () => Date }): FastifyPluginAsync {
  return async (app) => {
    const hidden = { schema: { hide: true } };
    const [html, script, style] = await Promise.all(['index.html', 'page.js', 'page.css'].map(page));

    app.get('/', hidden, (_request, reply) => reply.type('text/html; charset=utf-8').send(html));
    app.get('/demo/page.js', hidden, (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(script),
    );
    app.get('/demo/page.css', hidden, (_request, reply) => reply.type('text/css; charset=utf-8').send(style));
    app.get('/demo/state', hidden, async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return demo.state();
    });

    app.get('/demo/feed.xml', hidden, (request, reply) => {
      const { xml, etag, lastModified } = demoFeed({ now: now(), baseUrl: demo.baseUrl });
      reply.headers({ etag, 'last-modified': lastModified });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type('application/rss+xml; charset=utf-8').send(xml);
    });

    await app.register(async (receiver) => {
      // A signature is made over bytes, so the body must not be parsed before it was verified.
      receiver.removeAllContentTypeParsers();
      receiver.addContentTypeParser(
        '*',
        { parseAs: 'buffer', bodyLimit: 16_777_216 },
        (_request, body, done) => done(null, body),
      );
      receiver.post('/demo/webhook', hidden, (request, reply) => {
        const { isVerified } = demo.receiver.receive({
          headers: request.headers,
          body: request.body as Buffer,
        });
        return reply.code(isVerified ? 204 : 401).send();
      });
    });
  };
}
