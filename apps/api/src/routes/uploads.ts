import {
  columnTextsQuestionSchema,
  columnTextsSchema,
  finishInputSchema,
  issueGroupsSchema,
  isUploadFinished,
  operationSchema,
  pageQuerySchema,
  pageSchema,
  sheetPatchResultSchema,
  sheetPatchSchema,
  sheetQuerySchema,
  sheetRowsSchema,
  type UploadView,
  uploadHeaderSchema,
  uploadHeadQuerySchema,
  uploadHeadSchema,
  type uploadInputSchema,
  uploadMappingInputSchema,
  uploadStatusSchema,
  uploadSuggestionsSchema,
  uploadViewSchema,
  type widgetUploadInputSchema,
} from '@inlet/contracts';
import {
  type Context,
  cancelSheetOperation,
  cancelUpload,
  chooseHeader,
  chooseMapping,
  createUpload,
  createUploadWithFiles,
  editSheet,
  finishUpload,
  getSheetOperation,
  getUpload,
  listColumnTexts,
  listSheetIssues,
  listSheetRows,
  listUploads,
  readUploadHead,
  receiveFile,
  removeFile,
  removeUpload,
  suggestUploadMapping,
} from '@inlet/workflow';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { addMultipartForm } from '../plugins/multipart-form.js';
import { acceptRawBodies } from '../plugins/raw-bodies.js';
import { disconnectSignal } from '../streams/disconnect-signal.js';
import { createViewStreams } from '../streams/view-streams.js';
import { handleTransfer } from '../transfers/handle-transfer.js';
import { exposing, type Mount } from './mount.js';
import { noContent, pathId, textStream } from './route-schemas.js';
import { uploadOutputRoutes } from './upload-output.js';

const tags = ['Uploads'];
/** Rows and edits may be larger than other bodies. */
const ROWS_BODY_BYTES = 8 * 2 ** 20;
const params = z.strictObject({ uploadId: pathId });
const transferParams = z.strictObject({ fileAddress: z.string().max(200) });
const noBody = z.undefined();
const fileParams = z.strictObject({ uploadId: pathId, fileId: pathId });
const operationParams = z.strictObject({ uploadId: pathId, operationId: pathId });

/** All of them exist for hosts and for users of the widget. */
export const UPLOAD_ROUTES = [
  'createUpload',
  'listUploads',
  'getUpload',
  'streamUploadEvents',
  'receiveFile',
  'transferFile',
  'removeFile',
  'getFileContent',
  'getUploadHead',
  'chooseHeader',
  'suggestUploadMapping',
  'listColumnTexts',
  'chooseUploadMapping',
  'listSheetRows',
  'listSheetIssues',
  'editSheet',
  'getSheetOperation',
  'cancelSheetOperation',
  'downloadSheet',
  'correctSheet',
  'planFinish',
  'finishUpload',
  'cancelUpload',
  'removeUpload',
] as const;

type UploadRoute = (typeof UPLOAD_ROUTES)[number];

export interface UploadMount extends Mount<UploadRoute> {
  readonly schemas: { readonly newUpload: typeof uploadInputSchema | typeof widgetUploadInputSchema };
  readonly eventStreams: {
    /** Identifies who follows an upload among all projects: a project, or a user of one. */
    readonly followerOf: (request: FastifyRequest) => string;
    readonly maxPerFollower: number;
  };
}

/** Manual imports: files that people upload, review and finish. */
export const uploadRoutes =
  (context: Context, mount: UploadMount): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf, eventStreams, schemas } = mount;
    const route = exposing(app, mount);
    const response = { 200: uploadViewSchema };
    const answerWithUpload = createViewStreams<UploadView>(app, {
      context,
      maxPerFollower: eventStreams.maxPerFollower,
      name: 'upload',
      isFinished: isUploadFinished,
    });

    await app.register(async (forms) => {
      await addMultipartForm(forms, { jsonFields: ['extra', 'rows'] });
      exposing(
        forms as typeof app,
        mount,
      )('createUpload')?.post(
        '',
        {
          bodyLimit: ROWS_BODY_BYTES,
          config: { receivesFile: true },
          schema: {
            operationId: 'createUpload',
            summary: 'Begin an upload, to which files are added, or one with rows',
            description:
              'With `rows`, the upload has no file: its rows are checked at once. An empty list makes an empty sheet, in ' +
              'which people type. As a form, the fields come first, `extra` and `rows` as JSON texts, and then parts ' +
              '`file` with the files of the upload.',
            tags,
            consumes: ['application/json', 'multipart/form-data'],
            body: schemas.newUpload,
            response: { 201: uploadViewSchema },
          },
        },
        async (request, reply) => {
          const caller = callerOf(request);
          const { body, formFiles: files } = request;
          const upload = await (files
            ? createUploadWithFiles(context, caller, { ...body, files })
            : createUpload(context, caller, body));
          return reply.code(201).send(upload);
        },
      );
    });

    route('listUploads')?.get(
      '',
      {
        schema: {
          operationId: 'listUploads',
          summary: 'List uploads, the newest first',
          tags,
          querystring: pageQuerySchema.extend({
            externalUserId: z.string().max(256).optional(),
            templateId: pathId.optional(),
            status: uploadStatusSchema.optional(),
            isSent: z
              .enum(['true', 'false'])
              .meta({ type: 'boolean', enum: [true, false] })
              .describe('Only uploads of which a run has sent rows, or none of them.')
              .transform((value) => value === 'true')
              .optional(),
          }),
          response: { 200: pageSchema(uploadViewSchema) },
        },
      },
      (request) => listUploads(context, callerOf(request), request.query),
    );

    route('getUpload')?.get(
      '/:uploadId',
      { schema: { operationId: 'getUpload', summary: 'Get an upload', tags, params, response } },
      (request) => getUpload(context, callerOf(request), request.params),
    );

    route('streamUploadEvents')?.get(
      '/:uploadId/events',
      {
        schema: {
          operationId: 'streamUploadEvents',
          summary: 'Follow an upload as server-sent events',
          description:
            'An event `upload` with the whole upload now and at every change. The stream ends when the upload has ' +
            'ended; an EventSource that connects again then gets 204 and stops.',
          tags,
          params,
          response: {
            200: { content: { 'text/event-stream': { schema: textStream } } },
            204: z.undefined().describe('The upload has ended, and you have received its end.'),
          },
        },
      },
      (request, reply) =>
        answerWithUpload(request, reply, {
          follower: eventStreams.followerOf(request),
          read: () => getUpload(context, callerOf(request), request.params),
        }),
    );

    await app.register(async (files) => {
      acceptRawBodies(files);
      exposing(
        files as typeof app,
        mount,
      )('receiveFile')?.post(
        '/:uploadId/files',
        {
          config: { receivesFile: true },
          schema: {
            operationId: 'addUploadFile',
            summary: 'Add a file to an upload; its bytes are the body',
            tags,
            params,
            querystring: z.strictObject({ name: z.string().min(1).max(1000) }),
            consumes: ['application/octet-stream'],
            response,
          },
        },
        (request) =>
          receiveFile(context, callerOf(request), {
            uploadId: request.params.uploadId,
            name: request.query.name,
            sizeBytes: contentLengthOf(request),
            bytes: request.body as AsyncIterable<Buffer>,
          }),
      );
    });

    await app.register(async (transfers) => {
      acceptRawBodies(transfers);
      const transfer = exposing(transfers as typeof app, mount)('transferFile');
      const config = { receivesFile: true } as const;
      transfer?.post(
        '/files',
        {
          config,
          schema: {
            operationId: 'createFileTransfer',
            summary: 'Begin a resumable transfer of a file (tus 1.0)',
            description:
              'With `Upload-Length` or `Upload-Defer-Length`, and `Upload-Metadata` with `uploadId` and `filename`. ' +
              '`Location` is relative to this address.',
            tags,
            response: { 201: noBody },
          },
        },
        (request, reply) => handleTransfer(context, { request, reply, caller: callerOf(request) }),
      );
      transfer?.head(
        '/files/:fileAddress',
        {
          schema: {
            operationId: 'getFileTransfer',
            summary: 'Ask how many bytes of a resumable transfer have arrived',
            tags,
            params: transferParams,
            response: { 200: noBody },
          },
        },
        (request, reply) => handleTransfer(context, { request, reply, caller: callerOf(request) }),
      );
      transfer?.patch(
        '/files/:fileAddress',
        {
          config,
          schema: {
            operationId: 'continueFileTransfer',
            summary: 'Continue a resumable transfer at `Upload-Offset`',
            tags,
            params: transferParams,
            consumes: ['application/offset+octet-stream'],
            response: { 204: noBody },
          },
        },
        (request, reply) => handleTransfer(context, { request, reply, caller: callerOf(request) }),
      );
    });

    route('removeFile')?.delete(
      '/:uploadId/files/:fileId',
      {
        schema: {
          operationId: 'removeUploadFile',
          summary: 'Remove a file from an upload whose mapping is not confirmed',
          tags,
          params: fileParams,
          response,
        },
      },
      (request) => removeFile(context, callerOf(request), request.params),
    );
    await app.register(uploadOutputRoutes(context, mount));

    route('getUploadHead')?.get(
      '/:uploadId/head',
      {
        schema: {
          operationId: 'getUploadHead',
          summary: 'Read the first rows of a file, with the proposed header',
          tags,
          params,
          querystring: uploadHeadQuerySchema,
          response: { 200: uploadHeadSchema },
        },
      },
      (request, reply) =>
        readUploadHead(context, callerOf(request), {
          ...request.params,
          query: request.query,
          signal: disconnectSignal(reply),
        }),
    );

    route('chooseHeader')?.put(
      '/:uploadId/header',
      {
        schema: {
          operationId: 'chooseUploadHeader',
          summary: 'Choose the rows of the headings, and how the file is read',
          tags,
          params,
          body: uploadHeaderSchema,
          response,
        },
      },
      (request, reply) =>
        chooseHeader(context, callerOf(request), {
          ...request.params,
          header: request.body,
          signal: disconnectSignal(reply),
        }),
    );

    route('suggestUploadMapping')?.get(
      '/:uploadId/suggestions',
      {
        schema: {
          operationId: 'suggestUploadMapping',
          summary: 'Suggest a mapping of the headings of the file',
          tags,
          params,
          response: { 200: uploadSuggestionsSchema },
        },
      },
      (request) => suggestUploadMapping(context, callerOf(request), request.params.uploadId),
    );

    route('listColumnTexts')?.post(
      '/:uploadId/column-texts',
      {
        schema: {
          operationId: 'listUploadColumnTexts',
          summary: 'Count the different texts of a column',
          description:
            'For columns with options: the texts as `mapped` maps them, with the option that each of them names. ' +
            'A text without one can be mapped by a transform `map_values`.',
          tags,
          params,
          body: columnTextsQuestionSchema,
          response: { 200: columnTextsSchema },
        },
      },
      (request) => listColumnTexts(context, callerOf(request), { ...request.params, ...request.body }),
    );

    route('chooseUploadMapping')?.put(
      '/:uploadId/mapping',
      {
        schema: {
          operationId: 'chooseUploadMapping',
          summary: 'Confirm the mapping, so that the rows are checked',
          tags,
          params,
          body: uploadMappingInputSchema,
          response,
        },
      },
      (request) => chooseMapping(context, callerOf(request), { ...request.params, ...request.body }),
    );

    route('listSheetRows')?.get(
      '/:uploadId/rows',
      {
        schema: {
          operationId: 'listUploadRows',
          summary: 'List rows with their issues',
          tags,
          params,
          querystring: sheetQuerySchema,
          response: { 200: sheetRowsSchema },
        },
      },
      (request) => listSheetRows(context, callerOf(request), { ...request.params, query: request.query }),
    );

    route('listSheetIssues')?.get(
      '/:uploadId/issues',
      {
        schema: {
          operationId: 'listUploadIssues',
          summary: 'List the kinds of issues, with the number of their rows',
          tags,
          params,
          response: { 200: issueGroupsSchema },
        },
      },
      (request) => listSheetIssues(context, callerOf(request), request.params.uploadId),
    );

    route('editSheet')?.patch(
      '/:uploadId/rows',
      {
        bodyLimit: ROWS_BODY_BYTES,
        schema: {
          operationId: 'editUploadRows',
          summary: 'Edit cells and rows',
          tags,
          params,
          body: sheetPatchSchema,
          response: { 200: sheetPatchResultSchema, 202: z.strictObject({ operation: operationSchema }) },
        },
      },
      async (request, reply) => {
        const outcome = await editSheet(context, callerOf(request), {
          ...request.params,
          patch: request.body,
        });
        return outcome.kind === 'done'
          ? reply.code(200).send(outcome.result)
          : reply.code(202).send({ operation: outcome.operation });
      },
    );

    route('getSheetOperation')?.get(
      '/:uploadId/operations/:operationId',
      {
        schema: {
          operationId: 'getUploadOperation',
          summary: 'Get an operation',
          tags,
          params: operationParams,
          response: { 200: operationSchema },
        },
      },
      (request) => getSheetOperation(context, callerOf(request), request.params),
    );

    route('cancelSheetOperation')?.delete(
      '/:uploadId/operations/:operationId',
      {
        schema: {
          operationId: 'cancelUploadOperation',
          summary: 'Stop an operation',
          description:
            'Returns the operation, which may run for another moment. It changes all of its rows or none.',
          tags,
          params: operationParams,
          response: { 200: operationSchema },
        },
      },
      (request) => cancelSheetOperation(context, callerOf(request), request.params),
    );

    route('finishUpload')?.post(
      '/:uploadId/finish',
      {
        schema: {
          operationId: 'finishUpload',
          summary: 'Send the rows',
          description:
            'A second call for the same revision returns the upload with the run of the first one.',
          tags,
          params,
          body: finishInputSchema,
          response,
        },
      },
      (request) => finishUpload(context, callerOf(request), { ...request.params, ...request.body }),
    );

    route('removeUpload')?.delete(
      '/:uploadId',
      {
        schema: {
          operationId: 'removeUpload',
          summary: 'Delete an upload with its files and rows',
          description: 'Rows that were delivered stay with the receiver.',
          tags,
          params,
          response: noContent,
        },
      },
      async (request, reply) => {
        await removeUpload(context, callerOf(request), request.params.uploadId);
        return reply.code(204).send();
      },
    );

    route('cancelUpload')?.post(
      '/:uploadId/cancel',
      { schema: { operationId: 'cancelUpload', summary: 'Cancel an upload', tags, params, response } },
      (request) => cancelUpload(context, callerOf(request), request.params.uploadId),
    );
  };

function contentLengthOf({ headers }: FastifyRequest): number | null {
  const length = Number(headers['content-length']);
  return Number.isSafeInteger(length) && headers['content-length'] !== undefined ? length : null;
}
