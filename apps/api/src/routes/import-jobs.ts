import {
  externalUserIdSchema,
  jobInputSchema,
  jobPatchSchema,
  jobViewSchema,
  pageQuerySchema,
  pageSchema,
  runViewSchema,
} from '@inlet/contracts';
import { type Context, changeJob, createJob, getJob, listJobsOfUser, removeJob } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { noContent, pathId } from './route-schemas.js';

const tags = ['Import jobs'];
const params = z.strictObject({ jobId: pathId });
const userParams = z.strictObject({ externalUserId: externalUserIdSchema });
const userJobParams = userParams.extend(params.shape);
const createdJobSchema = z.strictObject({
  job: jobViewSchema,
  run: runViewSchema.nullable().describe('The first run, where `runNow` asked for one.'),
});

/** A user's automated imports. */
export const importJobRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/import-jobs',
      {
        schema: {
          operationId: 'createJob',
          summary: 'Create an import job',
          tags,
          body: jobInputSchema,
          response: { 201: createdJobSchema },
        },
      },
      async (request, reply) => {
        const created = await createJob(context, { projectId: projectIdOf(request), input: request.body });
        return reply.code(201).send(created);
      },
    );

    app.get(
      '/import-jobs/user/:externalUserId',
      {
        schema: {
          operationId: 'listJobsOfUser',
          summary: "List a user's import jobs, the newest first",
          tags,
          params: userParams,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(jobViewSchema) },
        },
      },
      (request) =>
        listJobsOfUser(context, { projectId: projectIdOf(request), ...request.params, page: request.query }),
    );

    app.get(
      '/import-jobs/:jobId',
      {
        schema: {
          operationId: 'getJob',
          summary: 'Get an import job',
          tags,
          params,
          response: { 200: jobViewSchema },
        },
      },
      (request) => getJob(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.patch(
      '/import-jobs/:jobId',
      {
        schema: {
          operationId: 'changeJob',
          summary: 'Change an import job',
          description: 'A new source, mapping or schedule takes effect at the next run.',
          tags,
          params,
          body: jobPatchSchema,
          response: { 200: jobViewSchema },
        },
      },
      (request) =>
        changeJob(context, { projectId: projectIdOf(request), ...request.params, patch: request.body }),
    );

    app.delete(
      '/import-jobs/:jobId',
      {
        schema: {
          operationId: 'removeJob',
          summary: 'Delete an import job and its state',
          tags,
          params,
          response: noContent,
        },
      },
      async (request, reply) => {
        await removeJob(context, { projectId: projectIdOf(request), ...request.params });
        return reply.code(204).send();
      },
    );

    app.delete(
      '/import-jobs/user/:externalUserId/:jobId',
      {
        schema: {
          operationId: 'removeJobOfUser',
          summary: 'Delete an import job and its state, if it belongs to this user',
          tags,
          params: userJobParams,
          response: noContent,
        },
      },
      async (request, reply) => {
        await removeJob(context, { projectId: projectIdOf(request), ...request.params });
        return reply.code(204).send();
      },
    );
  };
