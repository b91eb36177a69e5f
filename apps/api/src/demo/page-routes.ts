import { InletError } from '@inlet/contracts';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendFile } from '../pages/send-file.js';
import { createServedFiles } from '../pages/served-files.js';
import type { Demo } from './open-demo.js';

const hide = true;

/**
 * The policy of a host's pages: only their own scripts and requests, and the widget in a frame. Pictures may come
 * from anywhere, because people import them; the loader adds the styles of its dialog inline.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src * data:',
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the demo's host application at `/`, and the same in plain HTML at `/plain`. */
export const pageRoutes =
  (demo: Demo, { playgroundDir }: { playgroundDir: string }): FastifyPluginAsyncZod =>
  async (app) => {
    const files = createServedFiles(playgroundDir);

    app.get('/', { exposeHeadRoute: true, schema: { hide } }, async (_request, reply) =>
      sendPage(reply, await readPage('index.html')),
    );

    app.get('/plain', { exposeHeadRoute: true, schema: { hide } }, async (_request, reply) => {
      const html = await readPage('plain/index.html');
      // The server writes these into the page, like a host without a build step.
      const { publishableKey, templateCode } = demo.config;
      return sendPage(
        reply,
        html.replaceAll('%PUBLISHABLE_KEY%', publishableKey).replaceAll('%TEMPLATE%', templateCode),
      );
    });

    app.get(
      '/playground/*',
      { schema: { hide, params: z.object({ '*': z.string() }) } },
      async (request, reply) => {
        const name = request.params['*'];
        const file = name.endsWith('.html') ? null : await files.find(name);
        if (!file) throw new InletError('route_not_found');
        void reply.header('cache-control', 'no-cache');
        return sendFile(request, reply, file);
      },
    );

    async function readPage(name: string): Promise<string> {
      const page = await files.find(name);
      if (!page)
        throw new InletError('unavailable', { detail: 'The playground is not built: run the start script.' });
      return (await page.encoded('identity')).toString('utf8');
    }
  };

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' })
    .send(html);
