import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { SECRET_KEY_SCHEME } from '../plugins/secret-key.js';

/**
 * Serves the API reference for people at `/docs`. Everything comes from this server: the script is part of the
 * package, fonts are those of the system, and the security policy forbids requests to other hosts.
 *
 * It is loaded when it is first opened, because it takes as much memory as the rest of the server.
 */
export function addReference(app: FastifyInstance): void {
  let opened: Promise<FastifyInstance> | undefined;
  app.addHook('onClose', async () => {
    await (await opened)?.close();
  });
  for (const url of ['/docs', '/docs/*']) {
    app.get(url, { exposeHeadRoute: true, schema: { hide: true } }, async (request, reply) => {
      opened ??= openReference();
      const reference = await opened;
      const { statusCode, headers, rawPayload } = await reference.inject({ method: 'GET', url: request.url });
      return reply.code(statusCode).headers(ownHeaders(headers)).send(rawPayload);
    });
  }
}

async function openReference(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const nonce = randomBytes(16).toString('base64');
  const app = Fastify();
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('content-security-policy', policy(nonce));
  });
  await app.register(reference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Inlet API',
      nonce,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      authentication: { preferredSecurityScheme: SECRET_KEY_SCHEME },
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  await app.ready();
  return app;
}

const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Removes the headers of one connection, which the outer server sets itself. */
function ownHeaders({ connection: _, date: __, 'content-length': ___, ...headers }: Record<string, unknown>) {
  return headers as Record<string, string>;
}
