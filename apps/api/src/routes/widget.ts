import { widgetDataRequestSchema, widgetGivenSchema, widgetTemplateSchema } from '@inlet/contracts';
import { type Context, checkWidgetData, getSessionTemplate } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { exposing, type Mount } from './mount.js';
import { pathId } from './route-schemas.js';

/** Routes for widget sessions alone: their template, and checks of the data that the host's page filled in. */
export const widgetRoutes =
  (context: Context, mount: Mount<'getSessionTemplate' | 'checkWidgetData'>): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf } = mount;
    const route = exposing(app, mount);

    route('getSessionTemplate')?.get(
      '/template',
      {
        schema: {
          querystring: z.strictObject({ jobId: pathId.optional() }),
          response: { 200: widgetTemplateSchema },
        },
      },
      (request) => getSessionTemplate(context, callerOf(request), request.query),
    );

    // Checked here because the schemas would be the largest part of the widget's code.
    route('checkWidgetData')?.post(
      '/data',
      { schema: { body: widgetDataRequestSchema, response: { 200: widgetGivenSchema } } },
      (request) => checkWidgetData(context, callerOf(request), request.body),
    );
  };
