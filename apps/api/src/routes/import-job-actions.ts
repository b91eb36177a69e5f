import {
  jobViewSchema,
  pageQuerySchema,
  pageSchema,
  runRequestSchema,
  runViewSchema,
} from '@inlet/contracts';
import { type Context, listRuns, pauseJob, resetJob, resumeJob, runJob } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { pathId } from './route-schemas.js';

const tags = ['Import jobs'];
const params = z.strictObject({ jobId: pathId });

/** What can be done with an import job: pause, resume, run, reset; and what its runs were. */
export const importJobActionRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.put(
      '/import-jobs/user/:jobId/pause',
      {
        schema: {
          operationId: 'pauseJob',
          summary: 'Pause an import job',
          tags,
          params,
          response: { 200: jobViewSchema },
        },
      },
      (request) => pauseJob(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.put(
      '/import-jobs/user/:jobId/resume',
      {
        schema: {
          operationId: 'resumeJob',
          summary: 'Resume an import job; its next time is computed from now',
          tags,
          params,
          response: { 200: jobViewSchema },
        },
      },
      (request) => resumeJob(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.post(
      '/import-jobs/:jobId/run',
      {
        schema: {
          operationId: 'runJob',
          summary: 'Run an import job now',
          description:
            'The schedule does not move. A dry run reads, maps, checks and compares, delivers nothing, and ' +
            'reports what would be sent; with `changes`, as if the job had been changed so. Nothing of these is kept.',
          tags,
          params,
          body: runRequestSchema.prefault({}),
          response: { 202: runViewSchema },
        },
      },
      async (request, reply) => {
        const { dryRun: isDryRun, changes } = request.body;
        const which = { projectId: projectIdOf(request), ...request.params };
        const run = await runJob(context, { ...which, isDryRun, changes });
        return reply.code(202).send(run);
      },
    );

    app.post(
      '/import-jobs/:jobId/reset',
      {
        schema: {
          operationId: 'resetJob',
          summary: 'Forget which items are known, so that the next run sends everything',
          tags,
          params,
          response: { 200: jobViewSchema },
        },
      },
      (request) => resetJob(context, { projectId: projectIdOf(request), ...request.params }),
    );

    app.get(
      '/import-jobs/:jobId/runs',
      {
        schema: {
          operationId: 'listRuns',
          summary: "List a job's runs, the newest first",
          tags,
          params,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(runViewSchema) },
        },
      },
      (request) =>
        listRuns(context, { projectId: projectIdOf(request), ...request.params, page: request.query }),
    );
  };
