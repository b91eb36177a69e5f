import { ERRORS, InletError } from '@inlet/contracts';
import { type Context, findByPublishableKey, frameAncestors } from '@inlet/workflow';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addressOf, createCounter } from '../plugins/rate-limits.js';
import { NONCE_PLACE, pagePolicy } from './page-policy.js';
import { sendFile } from './send-file.js';
import { createServedFiles } from './served-files.js';

const NONCE_BYTES = 16;
const YEAR_SECONDS = 31_536_000;

/** The page is meant to be framed, but only by the sites in its own policy. Other headers keep their defaults. */
const PAGE_HEADERS = {
  contentSecurityPolicy: false,
  frameguard: false,
  referrerPolicy: { policy: 'no-referrer' },
  crossOriginResourcePolicy: { policy: 'cross-origin' },
} as const;

export interface WidgetPageOptions {
  readonly widgetDir: string;
  /** Pages a minute for one address in this process; 0 means no limit. */
  readonly perAddress: number;
}

/** Shown by nobody, and known to nobody: its address has the token in the part behind the #. */
const REVIEW_HEADERS = {
  contentSecurityPolicy: false,
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
} as const;

/** The page of review links, with the same files as the iframe. */
export const reviewPageRoutes =
  (context: Context, { widgetDir, perAddress }: WidgetPageOptions): FastifyPluginAsyncZod =>
  async (app) => {
    const files = createServedFiles(widgetDir);
    const countAddress = createCounter(app, { perMinute: perAddress, keyOf: addressOf });
    app.get(
      '/review',
      { helmet: REVIEW_HEADERS, config: { cors: false }, onRequest: countAddress, schema: { hide: true } },
      async (_request, reply) => {
        void reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
        const index = await files.find('index.html');
        const html = (await index?.encoded('identity'))?.toString('utf8') ?? null;
        // They are relative to the address of the iframe.
        const moved = html?.replaceAll('"./assets/', '"./widget/assets/') ?? null;
        return sendPage(reply, { context, html: moved, frameAncestors: [] });
      },
    );
  };

/**
 * Serves the iframe: a page for each project, because its policy names the sites that may show it, and the assets.
 */
export const widgetPageRoutes =
  (context: Context, { widgetDir, perAddress }: WidgetPageOptions): FastifyPluginAsyncZod =>
  async (app) => {
    const files = createServedFiles(widgetDir);
    const countAddress = createCounter(app, { perMinute: perAddress, keyOf: addressOf });

    app.get(
      '/',
      {
        helmet: PAGE_HEADERS,
        config: { cors: false },
        schema: { hide: true, querystring: z.object({ key: z.string().max(200).optional() }) },
      },
      async (request, reply) => {
        void reply.type('text/html; charset=utf-8').header('cache-control', 'no-store');
        try {
          await countAddress(request, reply);
          const project = await findByPublishableKey(context, request.query.key);
          const index = await files.find('index.html');
          const html = (await index?.encoded('identity'))?.toString('utf8') ?? null;
          return sendPage(reply, { context, html, frameAncestors: frameAncestors(project) });
        } catch (error) {
          return refusePage(request, reply, error);
        }
      },
    );

    app.get(
      '/assets/*',
      {
        config: { cors: false },
        schema: { hide: true, params: z.object({ '*': z.string() }) },
      },
      async (request, reply) => {
        const file = await files.find(`assets/${request.params['*']}`);
        if (!file)
          throw new InletError('route_not_found', {
            detail: 'This file does not belong to the current build of the widget.',
          });
        // Their names contain a digest of their content.
        void reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`);
        return sendFile(request, reply, file);
      },
    );
  };

interface Page {
  readonly context: Pick<Context, 'randomBytes'>;
  /** null if the widget is not built. */
  readonly html: string | null;
  readonly frameAncestors: readonly string[];
}

function sendPage(reply: FastifyReply, { context, html, frameAncestors: ancestors }: Page): FastifyReply {
  const hasNonces = html?.includes(NONCE_PLACE) ?? false;
  const styleNonce = hasNonces ? context.randomBytes(NONCE_BYTES).toString('base64') : null;
  void reply.header('content-security-policy', pagePolicy({ frameAncestors: ancestors, styleNonce }));
  if (html === null) return reply.code(503).send(plainPage(NOT_BUILT));
  return reply.send(styleNonce === null ? html : html.replaceAll(NONCE_PLACE, styleNonce));
}

const NOT_BUILT = {
  title: 'The widget is not built yet',
  help: 'Run the start script of Inlet, which builds it, then load this page again.',
};

/** Sends an explanation for a developer who opens the page in a tab. No site may show it. */
function refusePage(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof InletError)) throw error;
  request.log.debug({ code: error.code }, 'the page of the widget was refused');
  const { status, title, help } = ERRORS[error.code];
  return reply
    .code(status)
    .header('content-security-policy', pagePolicy({ frameAncestors: [], styleNonce: null }))
    .send(plainPage(error.code === 'key_missing' ? NO_KEY : { title, help }));
}

const NO_KEY = {
  title: 'No key was given',
  help: 'Open the widget with the publishable key of your project, as the embed script does.',
};

/** The texts are constants without characters that are special in HTML. */
function plainPage({ title, help }: { title: string; help: string }): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>${title}</h1>
<p>${help.replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
</html>
`;
}
