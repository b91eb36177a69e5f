import {
  type outlineRequestSchema,
  type previewRequestSchema,
  previewResponseSchema,
  type suggestMappingRequestSchema,
  suggestMappingResponseSchema,
  type widgetOutlineRequestSchema,
  type widgetPreviewRequestSchema,
  type widgetSuggestRequestSchema,
} from '@inlet/contracts';
import { type Context, outlineFromSource, previewSource, suggestMappingFor } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { answerWithOutline, outlineResponses } from '../streams/answer-with-outline.js';
import { disconnectSignal } from '../streams/disconnect-signal.js';
import { exposing, type Mount } from './mount.js';

const tags = ['Sources'];

export interface SourceMount extends Mount<'outlineSource' | 'suggestMapping' | 'previewSource'> {
  readonly schemas: {
    readonly outline: typeof outlineRequestSchema | typeof widgetOutlineRequestSchema;
    readonly suggestMapping: typeof suggestMappingRequestSchema | typeof widgetSuggestRequestSchema;
    readonly preview: typeof previewRequestSchema | typeof widgetPreviewRequestSchema;
  };
}

/** All of these fetch the source, and stop when the client disconnects. */
export const sourceRoutes =
  (context: Context, mount: SourceMount): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf, schemas } = mount;
    const route = exposing(app, mount);

    route('outlineSource')?.post(
      '/outline',
      {
        schema: {
          operationId: 'outlineSource',
          summary: 'Find the format, records and headings of a source',
          description:
            'Fetches a bounded part of the source, detects its format and encoding by content, proposes the ' +
            'record element, and lists the headings with coverage and samples. With `accept: text/event-stream` it ' +
            'reports its progress.',
          tags,
          body: schemas.outline,
          response: outlineResponses,
        },
      },
      (request, reply) =>
        answerWithOutline(request, reply, (options) =>
          outlineFromSource(context, callerOf(request), { request: request.body, ...options }),
        ),
    );

    route('suggestMapping')?.post(
      '/suggest-mapping',
      {
        schema: {
          operationId: 'suggestMapping',
          summary: 'Suggest a mapping of a source to a template',
          tags,
          body: schemas.suggestMapping,
          response: { 200: suggestMappingResponseSchema },
        },
      },
      (request, reply) =>
        suggestMappingFor(context, callerOf(request), {
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );

    route('previewSource')?.post(
      '/preview',
      {
        schema: {
          operationId: 'previewSource',
          summary: 'Show the first rows as a run would deliver them',
          tags,
          body: schemas.preview,
          response: { 200: previewResponseSchema },
        },
      },
      (request, reply) =>
        previewSource(context, callerOf(request), {
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );
  };
