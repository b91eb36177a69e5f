import {
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
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { noContent, pathId } from './route-schemas.js';

const tags = ['Templates'];
const params = z.strictObject({ templateId: pathId });
const forceQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Do it although import jobs use what goes away.')
    .transform((value) => value === 'true'),
});

/** The target schemas: their columns, identity, destination and limits. */
export const templateRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/templates',
      {
        schema: {
          operationId: 'createTemplate',
          summary: 'Create a template',
          tags,
          body: templateInputSchema,
          response: { 201: templateViewSchema },
        },
      },
      async (request, reply) => {
        const template = await createTemplate(context, {
          projectId: projectIdOf(request),
          input: request.body,
        });
        return reply.code(201).send(template);
      },
    );

    app.get(
      '/templates',
      {
        schema: {
          operationId: 'listTemplates',
          summary: 'List the templates, the newest first',
          tags,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(templateViewSchema) },
        },
      },
      (request) => listTemplates(context, { projectId: projectIdOf(request), page: request.query }),
    );

    app.get(
      '/templates/:templateId',
      {
        schema: {
          operationId: 'getTemplate',
          summary: 'Get a template',
          tags,
          params,
          response: { 200: templateViewSchema },
        },
      },
      (request) => getTemplate(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.patch(
      '/templates/:templateId',
      {
        schema: {
          operationId: 'changeTemplate',
          summary: 'Change a template',
          description:
            'Fields that are left out keep their value; a field that is given replaces the old one whole. Taking ' +
            'away a column that import jobs use is refused with `template_in_use`, unless `force=true`.',
          tags,
          params,
          querystring: forceQuery,
          body: templatePatchSchema,
          response: { 200: templateViewSchema },
        },
      },
      (request) =>
        changeTemplate(context, {
          projectId: projectIdOf(request),
          ...request.params,
          patch: request.body,
          isForced: request.query.force,
        }),
    );

    app.delete(
      '/templates/:templateId',
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
        await removeTemplate(context, { projectId: projectIdOf(request), ...request.params, isForced });
        return reply.code(204).send();
      },
    );

    app.post(
      '/templates/:templateId/destination/test',
      {
        schema: {
          operationId: 'testDestination',
          summary: 'Send one signed test batch to the destination',
          description: 'Answers 200 whatever the receiver does: see `isDelivered`, `status` and `answer`.',
          tags,
          params,
          response: { 200: destinationTestSchema },
        },
      },
      (request) => testDestination(context, { projectId: projectIdOf(request), ...request.params }),
    );
  };
