import { type Context, getRun } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { projectIdOf } from '../plugins/authentication.js';
import { createRunStreams } from '../run-streams.js';
import { pathId, textStream } from './route-schemas.js';

/** Live progress of a run. `streamsPerProject` bounds how many may be open at a time in this process. */
export const runEventRoutes =
  (context: Context, { streamsPerProject }: { streamsPerProject: number }): FastifyPluginAsyncZod =>
  async (app) => {
    const answerWithRun = createRunStreams(app, { context, most: streamsPerProject });

    app.get(
      '/runs/:runId/events',
      {
        schema: {
          operationId: 'streamRunEvents',
          summary: 'Follow a run as server-sent events',
          description:
            'An event `run` with the whole run now and at every change. The stream ends when the run has ' +
            'finished; an EventSource that connects again then gets 204 and stops.',
          tags: ['Runs'],
          params: z.strictObject({ runId: pathId }),
          response: {
            200: { content: { 'text/event-stream': { schema: textStream } } },
            204: z.undefined().describe('The run has finished, and you have seen it.'),
          },
        },
      },
      (request, reply) => {
        const about = { projectId: projectIdOf(request), ...request.params };
        return answerWithRun(request, reply, {
          follower: about.projectId,
          read: () => getRun(context, about),
        });
      },
    );
  };
