import {
  outlineResponseSchema,
  previewResponseSchema,
  runIssueSchema,
  runViewSchema,
  suggestMappingResponseSchema,
  widgetJobInputSchema,
  widgetJobPatchSchema,
  widgetJobViewSchema,
  widgetOutlineRequestSchema,
  widgetPreviewRequestSchema,
  widgetSuggestRequestSchema,
  widgetUploadInputSchema,
} from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { FastifyPluginAsync } from 'fastify';
import { addNoStore } from '../plugins/no-store.js';
import type { CountRequest } from '../plugins/rate-limits.js';
import { addSourceReadLimits } from '../plugins/source-read-limits.js';
import {
  addWidgetSession,
  createCallerOf,
  createWidgetRateLimits,
  followerOf,
  type WidgetRateLimitOptions,
} from '../plugins/widget-session.js';
import { downloadLinkRoutes, downloadRoutes } from './downloads.js';
import { importJobRoutes } from './import-jobs.js';
import { pageBatchRoutes } from './page-batches.js';
import { runRoutes } from './runs.js';
import { scheduleRoutes } from './schedules.js';
import { sessionRoutes } from './sessions.js';
import { sourceRoutes } from './sources.js';
import { UPLOAD_ROUTES, uploadRoutes } from './uploads.js';
import { widgetRoutes } from './widget.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Read by @fastify/cors, whose types lack it. */
    cors?: false;
  }
}

/** The number of connections that a browser opens to one server over HTTP/1.1. */
const STREAMS_PER_USER = 6;

/**
 * The routes for the iframe of the widget, with the token of a session. They are not public: they are missing from
 * the OpenAPI document, and other origins cannot call them, whatever CORS allows for the API.
 */
export const widgetV1Routes =
  (context: Context, limits: WidgetRateLimitOptions): FastifyPluginAsync =>
  async (app) => {
    const rateLimits = createWidgetRateLimits(app, limits);
    addNoStore(app);
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { ...route.config, cors: false };
    });
    await app.register(sessionRoutes(context, rateLimits), { prefix: '/sessions' });
    await app.register(downloadRoutes(context, rateLimits), { prefix: '/downloads' });
    await app.register(async (authenticated) => {
      addWidgetSession(authenticated, { context, rateLimits });
      await authenticated.register(userRoutes(context, rateLimits));
    });
  };

const userRoutes =
  (context: Context, { countRead }: { countRead: CountRequest }): FastifyPluginAsync =>
  async (app) => {
    const callerOf = createCallerOf(context);
    await app.register(
      widgetRoutes(context, { callerOf, routes: ['getSessionTemplate', 'writeSample', 'checkWidgetData'] }),
    );
    await app.register(async (reads) => {
      addSourceReadLimits(reads, countRead);
      await reads.register(
        sourceRoutes(context, {
          callerOf,
          routes: ['outlineSource', 'suggestMapping', 'previewSource'],
          schemas: {
            outlineRequest: widgetOutlineRequestSchema,
            outline: outlineResponseSchema,
            suggestionsRequest: widgetSuggestRequestSchema,
            suggestions: suggestMappingResponseSchema,
            previewRequest: widgetPreviewRequestSchema,
            preview: previewResponseSchema,
          },
        }),
      );
    });
    await app.register(
      importJobRoutes(context, {
        callerOf,
        routes: [
          'createJob',
          'listJobs',
          'getJob',
          'changeJob',
          'removeJob',
          'pauseJob',
          'resumeJob',
          'runJob',
          'listRuns',
        ],
        schemas: { newJob: widgetJobInputSchema, patch: widgetJobPatchSchema, job: widgetJobViewSchema },
      }),
      { prefix: '/jobs' },
    );
    await app.register(
      runRoutes(context, {
        callerOf,
        routes: [
          'getRun',
          'streamRunEvents',
          'listRunIssues',
          'cancelRun',
          'releaseRun',
          'discardRun',
          'resendRejectedRows',
          'planUndo',
          'undoRun',
        ],
        schemas: { run: runViewSchema, issue: runIssueSchema },
        eventStreams: { followerOf, maxPerFollower: STREAMS_PER_USER },
      }),
      { prefix: '/runs' },
    );
    await app.register(
      uploadRoutes(context, {
        callerOf,
        routes: UPLOAD_ROUTES,
        schemas: { newUpload: widgetUploadInputSchema },
        eventStreams: { followerOf, maxPerFollower: STREAMS_PER_USER },
      }),
      { prefix: '/uploads' },
    );
    await app.register(pageBatchRoutes(context, { callerOf }), { prefix: '/uploads' });
    await app.register(downloadLinkRoutes(context, { callerOf }), { prefix: '/uploads' });
    await app.register(scheduleRoutes(context, { callerOf, routes: ['previewSchedule'] }), {
      prefix: '/schedules',
    });
  };
