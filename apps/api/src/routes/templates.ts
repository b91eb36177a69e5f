import {
  destinationTestRequestSchema,
  destinationTestSchema,
  pageQuerySchema,
  pageSchema,
  templateInputSchema,
  templatePatchSchema,
  templateViewSchema,
} from '@inlet/contracts';
import {
  type Context,
  changeTemplate,
  createTemplate,
  getTemplate,
  listTemplates,
  removeTemplate,
  testDestination,
  writeSample,
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendAttachment } from '../streams/attachment.js';
import { exposing, type Mount } from './mount.js';
import { noContent, pathId, textStream } from './route-schemas.js';

const tags = ['Templates'];
const params = z.strictObject({ templateId: pathId });
export const sampleResponse = {
  content: {
    'text/csv': { schema: textStream },
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: textStream },
  },
};
export const sampleQuery = z.strictObject({
  format: z.enum(['csv', 'xlsx']).default('csv'),
  locale: z.string().max(35).optional().describe('Language of the notes in a workbook.'),
});
const forceQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .meta({ type: 'boolean', enum: [true, false] })
    .default('false')
    .describe('Make the change even if import jobs use what it removes.')
    .transform((value) => value === 'true'),
});

type TemplateRoute =
  | 'createTemplate'
  | 'listTemplates'
  | 'getTemplate'
  | 'changeTemplate'
  | 'removeTemplate'
  | 'testDestination'
  | 'writeSample';

/** Target schemas: columns, identity, destination and limits. */
export const templateRoutes =
  (context: Context, mount: Mount<TemplateRoute>): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf } = mount;
    const route = exposing(app, mount);

    route('createTemplate')?.post(
      '',
      {
        schema: {
          operationId: 'createTemplate',
          summary: 'Create a template',
          tags,
          body: templateInputSchema,
          response: { 201: templateViewSchema },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await createTemplate(context, callerOf(request), request.body)),
    );

    route('listTemplates')?.get(
      '',
      {
        schema: {
          operationId: 'listTemplates',
          summary: 'List the templates, the newest first',
          tags,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(templateViewSchema) },
        },
      },
      (request) => listTemplates(context, callerOf(request), { page: request.query }),
    );

    route('writeSample')?.get(
      '/:templateId/sample',
      {
        schema: {
          operationId: 'getTemplateSample',
          summary: 'Download a file with the columns of a template, to fill in',
          tags,
          params,
          querystring: sampleQuery,
          response: { 200: sampleResponse },
        },
      },
      async (request, reply) =>
        sendAttachment(
          reply,
          await writeSample(context, callerOf(request), { ...request.params, ...request.query }),
        ),
    );

    route('getTemplate')?.get(
      '/:templateId',
      {
        schema: {
          operationId: 'getTemplate',
          summary: 'Get a template',
          tags,
          params,
          response: { 200: templateViewSchema },
        },
      },
      (request) => getTemplate(context, callerOf(request), request.params),
    );

    route('changeTemplate')?.patch(
      '/:templateId',
      {
        schema: {
          operationId: 'changeTemplate',
          summary: 'Change a template',
          description:
            'Fields that are left out keep their value; a field that is given replaces the old one as a whole. ' +
            'Removing a column that import jobs use is refused with `template_in_use`, unless `force=true`.',
          tags,
          params,
          querystring: forceQuery,
          body: templatePatchSchema,
          response: { 200: templateViewSchema },
        },
      },
      (request) =>
        changeTemplate(context, callerOf(request), {
          ...request.params,
          patch: request.body,
          isForced: request.query.force,
        }),
    );

    route('removeTemplate')?.delete(
      '/:templateId',
      {
        schema: {
          operationId: 'removeTemplate',
          summary: 'Delete a template',
          tags,
          params,
          querystring: forceQuery,
          response: noContent,
        },
      },
      async (request, reply) => {
        const isForced = request.query.force;
        await removeTemplate(context, callerOf(request), { ...request.params, isForced });
        return reply.code(204).send();
      },
    );

    route('testDestination')?.post(
      '/:templateId/destination/test',
      {
        schema: {
          operationId: 'testDestination',
          summary: 'Send one signed test batch to the destination',
          description:
            'Responds with 200 whatever the receiver does: see `isDelivered`, `status` and `answer`.',
          tags,
          params,
          body: destinationTestRequestSchema.prefault({}),
          response: { 200: destinationTestSchema },
        },
      },
      (request) => testDestination(context, callerOf(request), { ...request.params, ...request.body }),
    );
  };
