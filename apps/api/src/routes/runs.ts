import {
  deliveryViewSchema,
  discardRequestSchema,
  isFinished,
  pageQuerySchema,
  pageSchema,
  type RunView,
  releaseRequestSchema,
  resentRowsSchema,
  type runIssueSchema,
  type runViewSchema,
  undoPlanSchema,
} from '@inlet/contracts';
import {
  type Context,
  cancelRun,
  discardHeldRun,
  getRun,
  listRunDeliveries,
  listRunIssues,
  planUndo,
  releaseHeldRun,
  replayRun,
  resendRejectedRows,
  streamRunIssues,
  undoRun,
} from '@inlet/workflow';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerWithIssues, issuesRouteSchema } from '../streams/answer-with-issues.js';
import { createViewStreams } from '../streams/view-streams.js';
import { exposing, type Mount } from './mount.js';
import { runParams as params, textStream } from './route-schemas.js';

const tags = ['Runs'];

type RunRoute =
  | 'getRun'
  | 'streamRunEvents'
  | 'listRunIssues'
  | 'listRunDeliveries'
  | 'cancelRun'
  | 'releaseRun'
  | 'discardRun'
  | 'resendRejectedRows'
  | 'replayRun'
  | 'planUndo'
  | 'undoRun';

export interface RunMount extends Mount<RunRoute> {
  readonly schemas: {
    readonly run: typeof runViewSchema;
    readonly issue: typeof runIssueSchema;
  };
  readonly eventStreams: {
    /** Identifies who follows a run among all projects: a project, or a user of one. */
    readonly followerOf: (request: FastifyRequest) => string;
    /** Streams that one follower may have open at a time in this process. */
    readonly maxPerFollower: number;
  };
}

export const runRoutes =
  (context: Context, mount: RunMount): FastifyPluginAsyncZod =>
  async (app) => {
    const { callerOf, eventStreams, schemas } = mount;
    const route = exposing(app, mount);
    const answerWithRun = createViewStreams<RunView>(app, {
      context,
      maxPerFollower: eventStreams.maxPerFollower,
      name: 'run',
      isFinished: ({ outcome }) => isFinished(outcome),
    });

    route('getRun')?.get(
      '/:runId',
      {
        schema: {
          operationId: 'getRun',
          summary: 'Get a run: its outcome, counts and error',
          tags,
          params,
          response: { 200: schemas.run },
        },
      },
      (request) => getRun(context, callerOf(request), request.params),
    );

    route('streamRunEvents')?.get(
      '/:runId/events',
      {
        schema: {
          operationId: 'streamRunEvents',
          summary: 'Follow a run as server-sent events',
          description:
            'An event `run` with the whole run now and at every change. The stream ends when the run has ' +
            'finished; an EventSource that connects again then gets 204 and stops.',
          tags,
          params,
          response: {
            200: { content: { 'text/event-stream': { schema: textStream } } },
            204: z.undefined().describe('The run has finished, and you have received its end.'),
          },
        },
      },
      (request, reply) =>
        answerWithRun(request, reply, {
          follower: eventStreams.followerOf(request),
          read: async () => getRun(context, callerOf(request), request.params),
        }),
    );

    route('listRunIssues')?.get(
      '/:runId/issues',
      {
        schema: {
          operationId: 'listRunIssues',
          summary: "List a run's issues, or download all of them as CSV",
          tags,
          params,
          ...issuesRouteSchema(schemas.issue),
        },
      },
      (request, reply) => {
        const caller = callerOf(request);
        const { runId } = request.params;
        return answerWithIssues(request, reply, {
          runId,
          query: request.query,
          list: (page) => listRunIssues(context, caller, { runId, page }),
          stream: () => streamRunIssues(context, caller, { runId }),
        });
      },
    );

    route('listRunDeliveries')?.get(
      '/:runId/deliveries',
      {
        schema: {
          operationId: 'listRunDeliveries',
          summary: "List a run's deliveries, in order",
          tags,
          params,
          querystring: pageQuerySchema,
          response: { 200: pageSchema(deliveryViewSchema) },
        },
      },
      (request) => listRunDeliveries(context, callerOf(request), { ...request.params, page: request.query }),
    );

    route('cancelRun')?.post(
      '/:runId/cancel',
      {
        schema: {
          operationId: 'cancelRun',
          summary: 'Stop a run',
          description: 'The run ends soon after. Batches that were sent before stay sent.',
          tags,
          params,
          response: { 202: schemas.run },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await cancelRun(context, callerOf(request), request.params)),
    );

    route('releaseRun')?.post(
      '/:runId/release',
      {
        schema: {
          operationId: 'releaseRun',
          summary: 'Send the rows of a held run',
          description:
            'The run goes on like any other: its rows are sent, and its items become the known ones. `removals` ' +
            'decides about its removed rows: `skip` leaves them out, and those items stay known. For a run that ' +
            'was held by `churn`, `identifyBy` changes the identity of the job; the run then reads its source ' +
            'again and gives known items with the same content new row keys. The first decision counts; a second ' +
            'one gets 409 with the first.',
          tags,
          params,
          body: releaseRequestSchema,
          response: { 202: schemas.run },
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(await releaseHeldRun(context, callerOf(request), { ...request.params, ...request.body })),
    );

    route('discardRun')?.post(
      '/:runId/discard',
      {
        schema: {
          operationId: 'discardRun',
          summary: 'Drop the rows of a held run',
          description: 'The run ends as cancelled. The next run compares with the last good one.',
          tags,
          params,
          body: discardRequestSchema,
          response: { 202: schemas.run },
        },
      },
      async (request, reply) =>
        reply
          .code(202)
          .send(await discardHeldRun(context, callerOf(request), { ...request.params, ...request.body })),
    );

    route('resendRejectedRows')?.post(
      '/:runId/resend-rejected',
      {
        schema: {
          operationId: 'resendRejectedRows',
          summary: 'Send the rows again that the receiver rejected',
          description:
            'As new deliveries with these rows only, marked as replays. Rows that the receiver accepts now are no ' +
            'longer issues of the run, and count as acknowledged.',
          tags,
          params,
          response: { 202: resentRowsSchema },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await resendRejectedRows(context, callerOf(request), request.params)),
    );

    route('planUndo')?.get(
      '/:runId/undo',
      {
        schema: {
          operationId: 'planRunUndo',
          summary: 'Count the rows that an undo of a run would take back',
          tags,
          params,
          response: { 200: undoPlanSchema },
        },
      },
      (request) => planUndo(context, callerOf(request), request.params),
    );

    route('undoRun')?.post(
      '/:runId/undo',
      {
        schema: {
          operationId: 'undoRun',
          summary: 'Take back the rows that a run of an upload has sent',
          description:
            'Returns a new run with `trigger: "undo"`, which sends `removed` for each row that was new, and `updated` ' +
            'with the earlier values for each one that was changed. Rows that a later run has sent again, and those ' +
            'whose earlier values are no longer stored, stay; they are the issues of the run. A second call returns ' +
            'the first undo, unless that has failed.',
          tags,
          params,
          response: { 202: schemas.run },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await undoRun(context, callerOf(request), request.params)),
    );

    route('replayRun')?.post(
      '/:runId/replay',
      {
        schema: {
          operationId: 'replayRun',
          summary: "Send all of a run's deliveries again",
          description:
            'Each acknowledged delivery is sent as a new one, with `replayOf` and the header `inlet-replay: true`. ' +
            'A failed one is attempted again under its id.',
          tags,
          params,
          response: { 202: z.strictObject({ deliveries: z.int() }) },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await replayRun(context, callerOf(request), request.params)),
    );
  };
