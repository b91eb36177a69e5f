import type { FastifyPluginAsync } from 'fastify';
import type { DeskReceiver } from './desk-receiver.js';

const BODY_LIMIT_BYTES = 16_777_216;

/** Receives the deliveries of the demo's template. */
export const webhookRoute =
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
