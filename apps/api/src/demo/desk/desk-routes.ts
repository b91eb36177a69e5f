import { createHash } from 'node:crypto';
import { InletApiError } from '@inlet/client';
import { InletError } from '@inlet/contracts';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addNoStore } from '../../plugins/no-store.js';
import type { Demo } from '../open-demo.js';
import type { DeskReceiver } from './desk-receiver.js';
import { jobRoutes } from './job-routes.js';

const hide = true;
const BODY_LIMIT_BYTES = 16_777_216;

/** The backend of the demo's host application: serves its page and receives deliveries. */
export const deskRoutes =
  (demo: Demo): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(webhookRoute(demo.receiver));
    await app.register(pageBackend(demo));
  };

/** Receives the deliveries of the demo's template. */
const webhookRoute =
  (receiver: DeskReceiver): FastifyPluginAsync =>
  async (app) => {
    // A signature covers bytes, so the body must not be parsed before it is verified.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser<Buffer>(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    app.post<{ Body: Buffer }>('/demo/webhook', { schema: { hide: true } }, async (request, reply) => {
      const { isVerified } = await receiver.receive({ headers: request.headers, body: request.body });
      return reply.code(isVerified ? 204 : 401).send();
    });
  };

/** Only for the page. */
const pageBackend =
  (demo: Demo): FastifyPluginAsyncZod =>
  async (own) => {
    addNoStore(own);
    own.addHook('onRequest', refuseOtherSites);
    own.setErrorHandler(passOnProblems);

    own.get('/demo/config', { schema: { hide } }, () => demo.config);
    own.get('/demo/state', { schema: { hide } }, async (request, reply) =>
      sendIfChanged(request, reply, JSON.stringify(await demo.state())),
    );
    own.get('/demo/user-token', { schema: { hide } }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(demo.userToken()),
    );
    own.get(
      '/demo/batches/:number',
      { schema: { hide, params: z.object({ number: z.coerce.number().int() }) } },
      (request) => {
        const batch = demo.receiver.batches.find(({ number }) => number === request.params.number);
        if (!batch) throw new InletError('delivery_not_found');
        return batch;
      },
    );
    await own.register(jobRoutes(demo.inlet, { userId: demo.config.user.id }), { prefix: '/demo/jobs' });
  };

/** The demo has no sign-in, so the browser's header takes the place of the session that a real host checks. */
async function refuseOtherSites(request: FastifyRequest): Promise<void> {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new InletError('origin_not_allowed');
}

/** The page asks every second, and usually nothing has changed. */
function sendIfChanged(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 16)}"`;
  void reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(json);
}

/** Passes Inlet's response on to the page. */
function passOnProblems(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!(error instanceof InletApiError && error.problem)) throw error;
  return reply.code(error.status).type('application/problem+json; charset=utf-8').send(error.problem);
}
