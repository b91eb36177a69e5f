import type { FastifyPluginAsync } from 'fastify';
import type { DeskReceiver } from './desk-receiver.js';

const BODY_LIMIT_BYTES = 16_777_216;

/** Where the deliveries of the demo's template arrive. */
export const webhookRoute =
  (receiver: DeskReceiver): FastifyPluginAsync =>
  async (app) => {
    // A signature is made over bytes, so the body must not be parsed before it was verified.
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
