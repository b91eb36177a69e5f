import {
  previewResponseSchema,
  schedulePreviewRequestSchema,
  schedulePreviewSchema,
  suggestMappingResponseSchema,
  widgetOutlineRequestSchema,
  widgetPreviewRequestSchema,
  widgetSuggestRequestSchema,
  widgetTemplateSchema,
} from '@inlet/contracts';
import {
  type Context,
  getSessionTemplate,
  outlineInSession,
  previewInSession,
  previewScheduleOf,
  suggestInSession,
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { disconnectSignal } from '../disconnect-signal.js';
import { answerWithOutline, outlineAnswers } from '../outline-events.js';
import { pathId } from '../routes/route-schemas.js';
import { sessionOf } from './session-authentication.js';

/** What the widget looks at before there is a job. With `jobId`, it is about changing that one. */
export const lookRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/template',
      {
        schema: {
          querystring: z.strictObject({ jobId: pathId.optional() }),
          response: { 200: widgetTemplateSchema },
        },
      },
      (request) => getSessionTemplate(context, { session: sessionOf(request), jobId: request.query.jobId }),
    );

    app.post(
      '/outline',
      { schema: { body: widgetOutlineRequestSchema, response: outlineAnswers } },
      (request, reply) =>
        answerWithOutline(request, reply, (options) =>
          outlineInSession(context, { session: sessionOf(request), request: request.body, ...options }),
        ),
    );

    app.post(
      '/suggest-mapping',
      { schema: { body: widgetSuggestRequestSchema, response: { 200: suggestMappingResponseSchema } } },
      (request, reply) =>
        suggestInSession(context, {
          session: sessionOf(request),
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );

    app.post(
      '/preview',
      { schema: { body: widgetPreviewRequestSchema, response: { 200: previewResponseSchema } } },
      (request, reply) =>
        previewInSession(context, {
          session: sessionOf(request),
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );

    app.post(
      '/schedules/preview',
      { schema: { body: schedulePreviewRequestSchema, response: { 200: schedulePreviewSchema } } },
      async (request) => previewScheduleOf(context, { request: request.body }),
    );
  };
