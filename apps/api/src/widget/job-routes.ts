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
  changeSessionJob,
  createSessionJob,
  getSessionJob,
  listSessionJobs,
  listSessionRuns,
  pauseSessionJob,
  removeSessionJob,
  resumeSessionJob,
  runSessionJob,
  type World,
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { noContent, pathId } from '../routes/route-schemas.js';
import { sessionOf } from './session-authentication.js';

const params = z.strictObject({ jobId: pathId });
const jobAnswer = { 200: widgetJobViewSchema };

/** The jobs of the session's user. */
export const jobRoutes =
  (world: World): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/jobs',
      { schema: { body: widgetJobInputSchema, response: { 201: widgetCreatedJobSchema } } },
      async (request, reply) => {
        const created = await createSessionJob(world, { session: sessionOf(request), input: request.body });
        return reply.code(201).send(created);
      },
    );

    app.get(
      '/jobs',
      { schema: { querystring: pageQuerySchema, response: { 200: pageSchema(widgetJobViewSchema) } } },
      (request) => listSessionJobs(world, { session: sessionOf(request), page: request.query }),
    );

    app.get('/jobs/:jobId', { schema: { params, response: jobAnswer } }, (request) =>
      getSessionJob(world, { session: sessionOf(request), ...request.params }),
    );

    app.patch(
      '/jobs/:jobId',
      { schema: { params, body: widgetJobPatchSchema, response: jobAnswer } },
      (request) =>
        changeSessionJob(world, { session: sessionOf(request), ...request.params, patch: request.body }),
    );

    app.delete('/jobs/:jobId', { schema: { params, response: noContent } }, async (request, reply) => {
      await removeSessionJob(world, { session: sessionOf(request), ...request.params });
      return reply.code(204).send();
    });

    app.put('/jobs/:jobId/pause', { schema: { params, response: jobAnswer } }, (request) =>
      pauseSessionJob(world, { session: sessionOf(request), ...request.params }),
    );

    app.put('/jobs/:jobId/resume', { schema: { params, response: jobAnswer } }, (request) =>
      resumeSessionJob(world, { session: sessionOf(request), ...request.params }),
    );

    app.post(
      '/jobs/:jobId/run',
      { schema: { params, body: runRequestSchema.prefault({}), response: { 202: runViewSchema } } },
      async (request, reply) => {
        const own = { session: sessionOf(request), ...request.params };
        const { dryRun: isDryRun, changes } = request.body;
        return reply.code(202).send(await runSessionJob(world, { ...own, isDryRun, changes }));
      },
    );

    app.get(
      '/jobs/:jobId/runs',
      { schema: { params, querystring: pageQuerySchema, response: { 200: pageSchema(runViewSchema) } } },
      (request) =>
        listSessionRuns(world, { session: sessionOf(request), ...request.params, page: request.query }),
    );
  };
