import { schedulePreviewRequestSchema, schedulePreviewSchema } from '@inlet/contracts';
import { previewScheduleOf, type World } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';

export const scheduleRoutes =
  (world: World): FastifyPluginAsyncZod =>
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
      async (request) => previewScheduleOf(world, { request: request.body }),
    );
  };
