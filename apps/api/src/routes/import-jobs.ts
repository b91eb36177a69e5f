import {
  externalUserIdSchema,
  type jobInputSchema,
  type jobPatchSchema,
  jobsQuerySchema,
  type jobViewSchema,
  pageQuerySchema,
  pageSchema,
  runRequestSchema,
  runViewSchema,
  type widgetJobInputSchema,
  type widgetJobPatchSchema,
  type widgetJobViewSchema,
} from '@inlet/contracts';
import {
  type Context,
  changeJob,
  createJob,
  getJob,
  listJobs,
  listRuns,
  pauseJob,
  removeJob,
  resetJob,
  resumeJob,
  runJob,
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { exposing, type Mount } from './mount.js';
import { noContent, jobParams as params } from './route-schemas.js';

const tags = ['Import jobs'];
const userParams = z.strictObject({ externalUserId: externalUserIdSchema });
const userJobParams = userParams.extend(params.shape);

type ImportJobRoute =
  | 'createJob'
  | 'listJobs'
  | 'listJobsOfUser'
  | 'getJob'
  | 'changeJob'
  | 'removeJob'
  | 'removeJobOfUser'
  | 'pauseJob'
  | 'resumeJob'
  | 'runJob'
  | 'resetJob'
  | 'listRuns';

export interface ImportJobMount extends Mount<ImportJobRoute> {
  readonly schemas: {
    readonly newJob: typeof jobInputSchema | typeof widgetJobInputSchema;
    readonly patch: typeof jobPatchSchema | typeof widgetJobPatchSchema;
    readonly job: typeof jobViewSchema | typeof widgetJobViewSchema;
  };
}

/** Automated imports. */
export const importJobRoutes =
  (context: Context, mount: ImportJobMount): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf, schemas } = mount;
    const route = exposing(app, mount);
    const response = { 200: schemas.job };
    const createdJob = z.strictObject({
      job: schemas.job,
      run: runViewSchema.nullable().describe('The first run, if `runNow` asked for one.'),
    });

    route('createJob')?.post(
      '',
      {
        schema: {
          operationId: 'createJob',
          summary: 'Create an import job',
          tags,
          body: schemas.newJob,
          response: { 201: createdJob },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await createJob(context, callerOf(request), request.body)),
    );

    route('listJobs')?.get(
      '',
      {
        schema: {
          operationId: 'listJobs',
          summary: 'List your import jobs, the newest first',
          tags,
          querystring: jobsQuerySchema,
          response: { 200: pageSchema(schemas.job) },
        },
      },
      (request) => listJobs(context, callerOf(request), request.query),
    );

    route('listJobsOfUser')?.get(
      '/user/:externalUserId',
      {
        schema: {
          operationId: 'listJobsOfUser',
          summary: "List a user's import jobs, the newest first",
          tags,
          params: userParams,
          querystring: jobsQuerySchema,
          response: { 200: pageSchema(schemas.job) },
        },
      },
      (request) => listJobs(context, callerOf(request), { ...request.params, ...request.query }),
    );

    route('getJob')?.get(
      '/:jobId',
      { schema: { operationId: 'getJob', summary: 'Get an import job', tags, params, response } },
      (request) => getJob(context, callerOf(request), request.params),
    );

    route('changeJob')?.patch(
      '/:jobId',
      {
        schema: {
          operationId: 'changeJob',
          summary: 'Change an import job',
          description: 'A new source, mapping or schedule takes effect at the next run.',
          tags,
          params,
          body: schemas.patch,
          response,
        },
      },
      (request) => changeJob(context, callerOf(request), { ...request.params, patch: request.body }),
    );

    route('removeJob')?.delete(
      '/:jobId',
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
        await removeJob(context, callerOf(request), request.params);
        return reply.code(204).send();
      },
    );

    route('removeJobOfUser')?.delete(
      '/user/:externalUserId/:jobId',
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
        await removeJob(context, callerOf(request), request.params);
        return reply.code(204).send();
      },
    );

    route('pauseJob')?.put(
      '/:jobId/pause',
      { schema: { operationId: 'pauseJob', summary: 'Pause an import job', tags, params, response } },
      (request) => pauseJob(context, callerOf(request), request.params),
    );

    route('resumeJob')?.put(
      '/:jobId/resume',
      {
        schema: {
          operationId: 'resumeJob',
          summary: 'Resume an import job; its next time is computed from now',
          tags,
          params,
          response,
        },
      },
      (request) => resumeJob(context, callerOf(request), request.params),
    );

    route('runJob')?.post(
      '/:jobId/run',
      {
        schema: {
          operationId: 'runJob',
          summary: 'Run an import job now',
          description:
            'The schedule does not move. A dry run reads, maps, checks and compares, delivers nothing, and ' +
            'reports what would be sent; with `changes`, as if the job had them. It changes nothing that is stored.',
          tags,
          params,
          body: runRequestSchema.prefault({}),
          response: { 202: runViewSchema },
        },
      },
      async (request, reply) => {
        const { dryRun: isDryRun, changes } = request.body;
        const run = await runJob(context, callerOf(request), { ...request.params, isDryRun, changes });
        return reply.code(202).send(run);
      },
    );

    route('resetJob')?.post(
      '/:jobId/reset',
      {
        schema: {
          operationId: 'resetJob',
          summary: 'Forget which items are known, so that the next run sends everything',
          tags,
          params,
          response,
        },
      },
      (request) => resetJob(context, callerOf(request), request.params),
    );

    route('listRuns')?.get(
      '/:jobId/runs',
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
      (request) => listRuns(context, callerOf(request), { ...request.params, page: request.query }),
    );
  };
