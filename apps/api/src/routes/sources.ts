import {
  outlineRequestSchema,
  previewRequestSchema,
  previewResponseSchema,
  suggestMappingRequestSchema,
  suggestMappingResponseSchema,
} from '@inlet/contracts';
import { type Context, outlineFromSource, previewSource, suggestForTemplate } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { disconnectSignal } from '../disconnect-signal.js';
import { answerWithOutline, outlineAnswers } from '../outline-events.js';
import { projectIdOf } from '../plugins/authentication.js';

const tags = ['Sources'];

/** First looks at a source. All of them fetch, and stop fetching when the client goes away. */
export const sourceRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/sources/outline',
      {
        schema: {
          operationId: 'outlineSource',
          summary: 'Find out what a source holds',
          description:
            'Fetches a bounded part of the source, finds out its format and encoding by content, proposes the ' +
            'record element, and lists the headings with coverage and samples. With `accept: text/event-stream` it ' +
            'tells meanwhile how far it has come.',
          tags,
          body: outlineRequestSchema,
          response: outlineAnswers,
        },
      },
      (request, reply) =>
        answerWithOutline(request, reply, (options) =>
          outlineFromSource(context, {
            projectId: projectIdOf(request),
            request: request.body,
            ...options,
          }),
        ),
    );

    app.post(
      '/sources/suggest-mapping',
      {
        schema: {
          operationId: 'suggestMapping',
          summary: 'Suggest a mapping of a source to a template',
          tags,
          body: suggestMappingRequestSchema,
          response: { 200: suggestMappingResponseSchema },
        },
      },
      (request, reply) =>
        suggestForTemplate(context, {
          projectId: projectIdOf(request),
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );

    app.post(
      '/sources/preview',
      {
        schema: {
          operationId: 'previewSource',
          summary: 'Show the first rows as a run would deliver them',
          tags,
          body: previewRequestSchema,
          response: { 200: previewResponseSchema },
        },
      },
      (request, reply) =>
        previewSource(context, {
          projectId: projectIdOf(request),
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );
  };
