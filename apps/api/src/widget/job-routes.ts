import {
  pageQuerySchema,
  pageSchema,
  runRequestSchema,
  runViewSchema,
  widgetCreatedJobSchema,
  widgetJobInputSchema,
  widgetJobPatchSchema,
  widgetJobViewSchema,
} from '@inlet/contracts';
import {
  type Context,
  changeSessionJob,
  createSessionJob,
  getSessionJob,
  listSessionJobs,
  listSessionRuns,
  pauseSessionJob,
  removeSessionJob,
  resumeSessionJob,
  runSessionJob,
} from '@inlet/workflow';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { noContent, pathId } from '../routes/route-schemas.js';
import { localeOf } from './locale-of.js';
import { sessionOf } from './session-authentication.js';

const params = z.strictObject({ jobId: pathId });
const jobAnswer = { 200: widgetJobViewSchema };

/** The jobs of the session's user. */
export const jobRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/jobs',
      { schema: { body: widgetJobInputSchema, response: { 201: widgetCreatedJobSchema } } },
      async (request, reply) => {
        const created = await createSessionJob(context, { ...askingOf(request), input: request.body });
        return reply.code(201).send(created);
      },
    );

    app.get(
      '/jobs',
      { schema: { querystring: pageQuerySchema, response: { 200: pageSchema(widgetJobViewSchema) } } },
      (request) => listSessionJobs(context, { ...askingOf(request), page: request.query }),
    );

    app.get('/jobs/:jobId', { schema: { params, response: jobAnswer } }, (request) =>
      getSessionJob(context, { ...askingOf(request), ...request.params }),
    );

    app.patch(
      '/jobs/:jobId',
      { schema: { params, body: widgetJobPatchSchema, response: jobAnswer } },
      (request) =>
        changeSessionJob(context, { ...askingOf(request), ...request.params, patch: request.body }),
    );

    app.delete('/jobs/:jobId', { schema: { params, response: noContent } }, async (request, reply) => {
      await removeSessionJob(context, { ...askingOf(request), ...request.params });
      return reply.code(204).send();
    });

    app.put('/jobs/:jobId/pause', { schema: { params, response: jobAnswer } }, (request) =>
      pauseSessionJob(context, { ...askingOf(request), ...request.params }),
    );

    app.put('/jobs/:jobId/resume', { schema: { params, response: jobAnswer } }, (request) =>
      resumeSessionJob(context, { ...askingOf(request), ...request.params }),
    );

    app.post(
      '/jobs/:jobId/run',
      { schema: { params, body: runRequestSchema.prefault({}), response: { 202: runViewSchema } } },
      async (request, reply) => {
        const own = { ...askingOf(request), ...request.params };
        const { dryRun: isDryRun, changes } = request.body;
        return reply.code(202).send(await runSessionJob(context, { ...own, isDryRun, changes }));
      },
    );

    app.get(
      '/jobs/:jobId/runs',
      { schema: { params, querystring: pageQuerySchema, response: { 200: pageSchema(runViewSchema) } } },
      (request) => listSessionRuns(context, { ...askingOf(request), ...request.params, page: request.query }),
    );
  };

const askingOf = (request: FastifyRequest) => ({ session: sessionOf(request), locale: localeOf(request) });
