import { schedulePreviewRequestSchema, schedulePreviewSchema } from '@inlet/contracts';
import { type Context, previewScheduleOf } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

export const scheduleRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/schedules/preview',
      {
        schema: {
          operationId: 'previewSchedule',
          summary: 'Say a schedule in words, with its next times',
          tags: ['Schedules'],
          body: schedulePreviewRequestSchema,
          response: { 200: schedulePreviewSchema },
        },
      },
      async (request) => previewScheduleOf(context, { request: request.body }),
    );
  };
