import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { InletError, isFinished } from '@inlet/contracts';
import { getRun, type World } from '@inlet/workflow';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { disconnectSignal } from '../disconnect-signal.js';
import { projectIdOf } from '../plugins/authentication.js';
import { FINISHED_EVENT_ID, runEvents } from '../run-events.js';
import { pathId, textStream } from './route-schemas.js';

/** Live progress of a run. `streamsPerProject` bounds how many may be open at a time in this process. */
export const runEventRoutes =
  (world: World, { streamsPerProject }: { streamsPerProject: number }): FastifyPluginAsyncZod =>
  async (app) => {
    const openStreams = new Map<string, number>();
    const closing = new AbortController();
    app.addHook('preClose', async () => closing.abort());

    const open = (projectId: string): (() => void) => {
      const count = openStreams.get(projectId) ?? 0;
      if (count >= streamsPerProject)
        throw new InletError('rate_limited', {
          detail: `At most ${streamsPerProject} event streams at a time.`,
        });
      openStreams.set(projectId, count + 1);
      return () => {
        const left = (openStreams.get(projectId) ?? 1) - 1;
        if (left > 0) openStreams.set(projectId, left);
        else openStreams.delete(projectId);
      };
    };

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
      async (request, reply) => {
        const about = { projectId: projectIdOf(request), ...request.params };
        const run = await getRun(world, about);
        if (isFinished(run.outcome) && request.headers['last-event-id'] === FINISHED_EVENT_ID)
          return reply.code(204).send();
        reply.raw.once('close', open(about.projectId));
        const signal = AbortSignal.any([disconnectSignal(reply), closing.signal]);
        const events = runEvents({
          read: () => getRun(world, about),
          signal,
          nowMs: () => world.now().getTime(),
          pause,
        });
        return reply
          .type('text/event-stream; charset=utf-8')
          .header('x-accel-buffering', 'no')
          .send(Readable.from(events, { objectMode: false }));
      },
    );
  };

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The only rejection is the abort, which ends the events next.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
