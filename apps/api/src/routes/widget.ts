import { widgetDataRequestSchema, widgetGivenSchema, widgetTemplateSchema } from '@inlet/contracts';
import { type Context, checkWidgetData, getSessionTemplate, writeSample } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sendAttachment } from '../streams/attachment.js';
import { exposing, type Mount } from './mount.js';
import { pathId } from './route-schemas.js';
import { sampleQuery, sampleResponse } from './templates.js';

/** Routes for widget sessions alone: their template, and checks of the data that the host's page filled in. */
export const widgetRoutes =
  (
    context: Context,
    mount: Mount<'getSessionTemplate' | 'writeSample' | 'checkWidgetData'>,
  ): FastifyPluginAsyncZod =>
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

    route('writeSample')?.get(
      '/template/sample',
      { schema: { querystring: sampleQuery, response: { 200: sampleResponse } } },
      async (request, reply) =>
        sendAttachment(reply, await writeSample(context, callerOf(request), request.query)),
    );

    // Checked here because the schemas would be the largest part of the widget's code.
    route('checkWidgetData')?.post(
      '/data',
      { schema: { body: widgetDataRequestSchema, response: { 200: widgetGivenSchema } } },
      (request) => checkWidgetData(context, callerOf(request), request.body),
    );
  };
