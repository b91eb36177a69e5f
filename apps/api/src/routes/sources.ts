import type {
  outlineRequestSchema,
  outlineResponseSchema,
  previewRequestSchema,
  previewResponseSchema,
  suggestMappingRequestSchema,
  suggestMappingResponseSchema,
  widgetOutlineRequestSchema,
  widgetPreviewRequestSchema,
  widgetSuggestRequestSchema,
} from '@inlet/contracts';
import { type Context, outlineFromSource, previewSource, suggestMappingFor } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { answerWithOutline, outlineResponses } from '../streams/answer-with-outline.js';
import { disconnectSignal } from '../streams/disconnect-signal.js';
import { exposing, type Mount } from './mount.js';

const tags = ['Sources'];

export interface SourceMount extends Mount<'outlineSource' | 'suggestMapping' | 'previewSource'> {
  readonly schemas: {
    readonly outlineRequest: typeof outlineRequestSchema | typeof widgetOutlineRequestSchema;
    readonly outline: typeof outlineResponseSchema;
    readonly suggestionsRequest: typeof suggestMappingRequestSchema | typeof widgetSuggestRequestSchema;
    readonly suggestions: typeof suggestMappingResponseSchema;
    readonly previewRequest: typeof previewRequestSchema | typeof widgetPreviewRequestSchema;
    readonly preview: typeof previewResponseSchema;
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
          body: schemas.outlineRequest,
          response: outlineResponses(schemas.outline),
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
          body: schemas.suggestionsRequest,
          response: { 200: schemas.suggestions },
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
          body: schemas.previewRequest,
          response: { 200: schemas.preview },
        },
      },
      (request, reply) =>
        previewSource(context, callerOf(request), {
          request: request.body,
          signal: disconnectSignal(reply),
        }),
    );
  };
