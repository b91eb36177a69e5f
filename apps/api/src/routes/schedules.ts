import { schedulePreviewRequestSchema, schedulePreviewSchema } from '@inlet/contracts';
import { type Context, previewScheduleOf } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { exposing, type Mount } from './mount.js';

/** The result depends on the schedule alone, so that the caller is not asked for. */
export const scheduleRoutes =
  (context: Context, mount: Mount<'previewSchedule'>): FastifyPluginAsyncZod =>
  async (app) => {
    exposing(
      app,
      mount,
    )('previewSchedule')?.post(
      '/preview',
      {
        schema: {
          operationId: 'previewSchedule',
          summary: 'Describe a schedule in words, with its next times',
          tags: ['Schedules'],
          body: schedulePreviewRequestSchema,
          response: { 200: schedulePreviewSchema },
        },
      },
      async (request) => previewScheduleOf(context, request.body),
    );
  };
