import { importInputSchema, uploadViewSchema } from '@inlet/contracts';
import { type Context, createImport } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { addMultipartForm } from '../plugins/multipart-form.js';
import type { Mount } from './mount.js';

/** Files that are imported without a person, as far as their rows allow it. */
export const importRoutes =
  (context: Context, { callerOf }: Pick<Mount<string>, 'callerOf'>): FastifyPluginAsyncZod =>
  async (app) => {
    await addMultipartForm(app, { jsonFields: ['extra', 'mapping'] });
    app.post(
      '',
      {
        config: { receivesFile: true },
        schema: {
          operationId: 'createImport',
          summary: 'Import a file without a person',
          description:
            'A form with these fields, `extra` and `mapping` as JSON texts, and then a part `file`. The upload goes on ' +
            'by itself, to `completed`, or to `needs_review` with the event `import.needs_review`.',
          tags: ['Uploads'],
          consumes: ['multipart/form-data'],
          body: importInputSchema,
          response: { 202: uploadViewSchema },
        },
      },
      async (request, reply) => {
        const files = request.formFiles ?? NO_FILES;
        const upload = await createImport(context, callerOf(request), { ...request.body, files });
        return reply.code(202).send(upload);
      },
    );
  };

const NO_FILES = { async *[Symbol.asyncIterator]() {} };
