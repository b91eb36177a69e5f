import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { SECRET_KEY_SCHEME } from '../plugins/secret-key.js';
import { nameSchemas } from './name-schemas.js';
import { tidyDocument } from './tidy-document.js';

/** In the order in which a host needs them. */
const TAGS = [
  { name: 'Templates', description: 'The columns of rows, and the webhook that receives them.' },
  { name: 'Sources', description: 'Outlines, suggested mappings and previews of sources.' },
  { name: 'Import jobs', description: 'Automated imports of your users.' },
  { name: 'Uploads', description: 'Files that are uploaded, reviewed and finished.' },
  { name: 'Runs', description: 'Executions of import jobs: outcome, counts and issues.' },
  { name: 'Deliveries', description: 'Batches sent to your webhook.' },
  { name: 'Schedules', description: 'When imports run.' },
  { name: 'Project', description: 'Settings, keys and secrets of your project.' },
  { name: 'Users', description: 'Deletion of everything that belongs to a user.' },
  {
    name: 'Import jobs (old addresses)',
    description: 'The addresses of the product that Inlet replaces. Deprecated.',
  },
  { name: 'Operations', description: 'Health and metrics, for operators; without a key.' },
];

/** Serves the OpenAPI 3.1 document of all routes that are added later at `/openapi.json`. */
export async function addOpenapi(
  app: FastifyInstance,
  { version, publicUrl }: { version: string; publicUrl: string | undefined },
): Promise<void> {
  nameSchemas();
  const transformObject = createJsonSchemaTransformObject({});
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Inlet',
        version,
        description:
          'Imports data on a schedule, checks it, and delivers it in signed batches. Errors are problem ' +
          'documents (RFC 9457) with a `code` of the table in docs/errors.md.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: TAGS,
      servers: [{ url: publicUrl ?? '/' }],
      components: {
        securitySchemes: {
          [SECRET_KEY_SCHEME]: {
            type: 'apiKey',
            in: 'header',
            name: 'accesskey',
            description: 'The secret key of a project. For servers only: it must never reach a browser.',
          },
        },
      },
    },
    transform: createJsonSchemaTransform({}),
    transformObject: (document) => tidyDocument(transformObject(document)),
  });
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
}
