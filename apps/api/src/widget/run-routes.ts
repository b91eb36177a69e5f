import { runViewSchema } from '@inlet/contracts';
import {
  type Context,
  cancelSessionRun,
  getSessionRun,
  listSessionRunIssues,
  refuseExpired,
  streamSessionRunIssues,
} from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { answerWithIssues, issuesRouteSchema } from '../answer-with-issues.js';
import { pathId, textStream } from '../routes/route-schemas.js';
import { createRunStreams } from '../run-streams.js';
import { followerOf, sessionOf } from './session-authentication.js';

const params = z.strictObject({ runId: pathId });
/** As many as one browser opens to one server over HTTP/1.1. */
const STREAMS_PER_USER = 6;

/** The runs of the jobs of the session's user. */
export const runRoutes =
  (context: Context): FastifyPluginAsyncZod =>
  async (app) => {
    const answerWithRun = createRunStreams(app, { context, most: STREAMS_PER_USER });

    app.get('/runs/:runId', { schema: { params, response: { 200: runViewSchema } } }, (request) =>
      getSessionRun(context, { session: sessionOf(request), ...request.params }),
    );

    app.get(
      '/runs/:runId/events',
      {
        schema: {
          params,
          response: { 200: { content: { 'text/event-stream': { schema: textStream } } }, 204: z.undefined() },
        },
      },
      (request, reply) => {
        const own = { session: sessionOf(request), ...request.params };
        return answerWithRun(request, reply, {
          follower: followerOf(request),
          read: async () => {
            refuseExpired(context, own.session);
            return getSessionRun(context, own);
          },
        });
      },
    );

    app.get(
      '/runs/:runId/issues',
      {
        schema: { params, ...issuesRouteSchema },
      },
      (request, reply) => {
        const own = { session: sessionOf(request), ...request.params };
        return answerWithIssues(request, reply, {
          runId: own.runId,
          query: request.query,
          list: (page) => listSessionRunIssues(context, { ...own, page }),
          stream: () => streamSessionRunIssues(context, own),
        });
      },
    );

    app.post(
      '/runs/:runId/cancel',
      { schema: { params, response: { 202: runViewSchema } } },
      async (request, reply) => {
        const own = { session: sessionOf(request), ...request.params };
        return reply.code(202).send(await cancelSessionRun(context, own));
      },
    );
  };
