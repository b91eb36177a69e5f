import {
  correctionsQuerySchema,
  correctionsResultSchema,
  finishPlanSchema,
  sheetDownloadSchema,
} from '@inlet/contracts';
import { type Context, correctSheet, downloadSheet, planFinish, readUploadedFile } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { acceptRawBodies } from '../plugins/raw-bodies.js';
import { sendAttachment } from '../streams/attachment.js';
import { disconnectSignal } from '../streams/disconnect-signal.js';
import { exposing, type Mount } from './mount.js';
import { pathId, textStream } from './route-schemas.js';

const tags = ['Uploads'];
const params = z.strictObject({ uploadId: pathId });
const fileParams = z.strictObject({ uploadId: pathId, fileId: pathId });

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

type UploadOutputRoute = 'getFileContent' | 'downloadSheet' | 'correctSheet' | 'planFinish';

/** The files of an upload as they came, and its rows as files that can be corrected and sent back. */
export const uploadOutputRoutes =
  (context: Context, { callerOf, routes }: Mount<string>): FastifyPluginAsyncZod =>
  async (app) => {
    const mount: Mount<string> = { callerOf, routes };
    const route: (name: UploadOutputRoute) => typeof app | undefined = exposing(app, mount);

    route('getFileContent')?.get(
      '/:uploadId/files/:fileId/content',
      {
        schema: {
          operationId: 'getUploadFileContent',
          summary: 'Download a file as it was sent',
          tags,
          params: fileParams,
          response: { 200: { content: { 'application/octet-stream': { schema: textStream } } } },
        },
      },
      async (request, reply) => {
        const file = await readUploadedFile(context, callerOf(request), request.params);
        return sendAttachment(reply, { ...file, contentType: 'application/octet-stream' });
      },
    );

    route('downloadSheet')?.get(
      '/:uploadId/download',
      {
        schema: {
          operationId: 'downloadUploadRows',
          summary: 'Download rows as CSV or XLSX, to correct them in a spreadsheet',
          tags,
          params,
          querystring: sheetDownloadSchema,
          response: {
            200: {
              content: {
                'text/csv': { schema: textStream },
                [CONTENT_TYPES.xlsx]: { schema: textStream },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const { uploadId } = request.params;
        const signal = disconnectSignal(reply);
        const file = await downloadSheet(context, callerOf(request), { ...request.query, uploadId, signal });
        return sendAttachment(reply, { ...file, contentType: CONTENT_TYPES[request.query.format] });
      },
    );

    route('planFinish')?.get(
      '/:uploadId/plan',
      {
        schema: {
          operationId: 'planUploadFinish',
          summary: 'Compare the rows as finishing does, and send nothing',
          tags,
          params,
          response: { 200: finishPlanSchema },
        },
      },
      (request, reply) =>
        planFinish(context, callerOf(request), { ...request.params, signal: disconnectSignal(reply) }),
    );

    await app.register(async (files) => {
      acceptRawBodies(files);
      exposing(
        files as typeof app,
        mount,
      )('correctSheet')?.post(
        '/:uploadId/corrections',
        {
          config: { receivesFile: true },
          schema: {
            operationId: 'correctUploadRows',
            summary:
              'Send a downloaded file back that was corrected in a spreadsheet; its bytes are the body',
            description:
              'The changed cells are one edit, which one undo takes back. 202 if the edit goes on as `operation`.',
            tags,
            params,
            querystring: correctionsQuerySchema,
            consumes: ['application/octet-stream'],
            response: { 200: correctionsResultSchema, 202: correctionsResultSchema },
          },
        },
        async (request, reply) => {
          const result = await correctSheet(context, callerOf(request), {
            ...request.params,
            ...request.query,
            bytes: request.body as AsyncIterable<Buffer>,
            signal: disconnectSignal(reply),
          });
          return reply.code(result.operation === null ? 200 : 202).send(result);
        },
      );
    });
  };
