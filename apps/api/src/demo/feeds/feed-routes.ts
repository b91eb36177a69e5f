import { createHash } from 'node:crypto';
import { InletError } from '@inlet/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DEMO_FEEDS, FEED_PAGE_PATH, PUBLICATIONS } from './demo-feeds.js';
import { picture } from './picture.js';
import { newestNumber, storyOf } from './publication.js';
import { feedPage, storyPage } from './reader-pages.js';

const hide = true;
const READER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src *";
const numberSchema = z.coerce.number().int().min(0).max(1e9);

/** The sites that the demo imports from: growing feeds, and the stories and pictures that they link to. */
export const feedRoutes =
  ({ baseUrl, now }: { baseUrl: string; now: () => Date }): FastifyPluginAsyncZod =>
  async (app) => {
    for (const { file, contentType, write } of DEMO_FEEDS)
      app.get(`/demo/feeds/${file}`, { schema: { hide } }, (request, reply) =>
        sendFeed(request, reply, { text: write({ now: now(), baseUrl }), contentType }),
      );

    app.get(FEED_PAGE_PATH, { schema: { hide } }, (_request, reply) =>
      sendPage(reply, feedPage({ baseUrl })),
    );

    app.get(
      '/demo/stories/:slug/:number',
      { schema: { hide, params: z.object({ slug: z.string(), number: numberSchema }) } },
      (request, reply) => {
        const { slug, number } = request.params;
        const publication = PUBLICATIONS.find((each) => each.slug === slug);
        const age = publication ? newestNumber(publication, now()) - number : -1;
        if (!publication || age < 0) throw new InletError('route_not_found');
        return sendPage(reply, storyPage(storyOf(publication, { number, age, baseUrl }), publication));
      },
    );

    app.get(
      '/demo/pictures/:name',
      {
        // The host's page may be at another address of this machine.
        helmet: { crossOriginResourcePolicy: { policy: 'cross-origin' } },
        schema: { hide, params: z.object({ name: z.string().regex(/^[a-z-]+-\d{1,10}\.svg$/) }) },
      },
      (request, reply) => {
        const { name } = request.params;
        return reply
          .type('image/svg+xml')
          .header('cache-control', 'public, max-age=86400')
          .send(picture(Number(/\d+/.exec(name)?.[0]) + name.length));
      },
    );
  };

/** Answers conditional requests, so that a feed that is read every minute stays cheap. */
function sendFeed(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, contentType }: { text: string; contentType: string },
): FastifyReply {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
  void reply.headers({ etag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(contentType).send(text);
}

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('content-security-policy', READER_POLICY).send(html);
