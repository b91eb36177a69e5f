import {
  jobInputSchema,
  jobPatchSchema,
  jobViewSchema,
  outlineRequestSchema,
  outlineResponseSchema,
  previewRequestSchema,
  previewResponseSchema,
  runIssueSchema,
  runViewSchema,
  suggestMappingRequestSchema,
  suggestMappingResponseSchema,
  uploadInputSchema,
} from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { FastifyPluginAsync } from 'fastify';
import { problemSchema } from '../openapi/problem-schema.js';
import { PROBLEM_TYPE } from '../plugins/problem-responses.js';
import { callerOf, projectIdOf } from '../plugins/secret-key.js';
import { deliveryRoutes } from './deliveries.js';
import { deprecatedImportJobRoutes } from './deprecated-import-jobs.js';
import { importJobRoutes } from './import-jobs.js';
import { importRoutes } from './imports.js';
import { projectRoutes } from './project.js';
import { reviewLinkRoutes } from './review-links.js';
import { runRoutes } from './runs.js';
import { scheduleRoutes } from './schedules.js';
import { sourceRoutes } from './sources.js';
import { templateRoutes } from './templates.js';
import { UPLOAD_ROUTES, uploadRoutes } from './uploads.js';
import { userRoutes } from './users.js';

const problemResponse = {
  description: 'A problem document; its `code` identifies the problem.',
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
};

/** The API for hosts, with the secret key. */
export const v1Routes =
  (context: Context, { streamsPerProject }: { streamsPerProject: number }): FastifyPluginAsync =>
  async (app) => {
    app.addHook('onRoute', (route) => {
      // Tests walk the OpenAPI document to try every route with a wrong key, so each must be in it.
      if (route.schema?.operationId === undefined || route.schema.hide === true)
        throw new Error(`${String(route.method)} ${route.url} is not in the OpenAPI document`);
      route.schema = {
        ...route.schema,
        response: { ...responsesOf(route.schema), default: problemResponse },
      };
    });
    await app.register(
      templateRoutes(context, {
        callerOf,
        routes: [
          'createTemplate',
          'listTemplates',
          'getTemplate',
          'changeTemplate',
          'removeTemplate',
          'testDestination',
          'writeSample',
        ],
      }),
      { prefix: '/templates' },
    );
    await app.register(
      sourceRoutes(context, {
        callerOf,
        routes: ['outlineSource', 'suggestMapping', 'previewSource'],
        schemas: {
          outlineRequest: outlineRequestSchema,
          outline: outlineResponseSchema,
          suggestionsRequest: suggestMappingRequestSchema,
          suggestions: suggestMappingResponseSchema,
          previewRequest: previewRequestSchema,
          preview: previewResponseSchema,
        },
      }),
      { prefix: '/sources' },
    );
    await app.register(
      importJobRoutes(context, {
        callerOf,
        routes: [
          'createJob',
          'listJobsOfUser',
          'getJob',
          'changeJob',
          'removeJob',
          'removeJobOfUser',
          'pauseJob',
          'resumeJob',
          'runJob',
          'resetJob',
          'listRuns',
        ],
        schemas: { newJob: jobInputSchema, patch: jobPatchSchema, job: jobViewSchema },
      }),
      { prefix: '/import-jobs' },
    );
    await app.register(deprecatedImportJobRoutes(context, { callerOf, job: jobViewSchema }));
    await app.register(
      runRoutes(context, {
        callerOf,
        routes: [
          'getRun',
          'streamRunEvents',
          'listRunIssues',
          'listRunDeliveries',
          'cancelRun',
          'releaseRun',
          'discardRun',
          'resendRejectedRows',
          'planUndo',
          'undoRun',
          'replayRun',
        ],
        schemas: { run: runViewSchema, issue: runIssueSchema },
        eventStreams: { followerOf: projectIdOf, maxPerFollower: streamsPerProject },
      }),
      { prefix: '/runs' },
    );
    await app.register(
      uploadRoutes(context, {
        callerOf,
        routes: UPLOAD_ROUTES,
        schemas: { newUpload: uploadInputSchema },
        eventStreams: { followerOf: projectIdOf, maxPerFollower: streamsPerProject },
      }),
      { prefix: '/uploads' },
    );
    await app.register(reviewLinkRoutes(context, { callerOf }), { prefix: '/uploads' });
    await app.register(importRoutes(context, { callerOf }), { prefix: '/imports' });
    await app.register(
      projectRoutes(context, {
        callerOf,
        routes: ['getProject', 'changeProject', 'rotateCredential', 'endGracePeriod'],
      }),
      { prefix: '/project' },
    );
    await app.register(userRoutes(context, { callerOf, routes: ['eraseUser', 'getErasure'] }));
    await app.register(deliveryRoutes(context, { callerOf, routes: ['replayDelivery'] }), {
      prefix: '/deliveries',
    });
    await app.register(scheduleRoutes(context, { callerOf, routes: ['previewSchedule'] }), {
      prefix: '/schedules',
    });
  };

function responsesOf(schema: { response?: unknown } | undefined): object {
  const response = schema?.response;
  return typeof response === 'object' && response !== null ? response : {};
}
