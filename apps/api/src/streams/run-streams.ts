import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, type RunView } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countOpenResponses } from './count-open-responses.js';
import { disconnectSignal } from './disconnect-signal.js';
import { FINISHED_EVENT_ID, runEvents } from './run-events.js';

interface RunStream {
  /** Identifies who follows the run: a project, or a user of one. */
  readonly follower: string;
  /** Reads the run now. Throws if the caller may not see it, or no longer. */
  readonly read: () => Promise<RunView>;
}

export type AnswerWithRun = (
  request: FastifyRequest,
  reply: FastifyReply,
  stream: RunStream,
) => Promise<Readable | undefined>;

interface RunStreamOptions {
  readonly context: Pick<Context, 'now'>;
  /** Streams that one follower may have open at a time in this process. */
  readonly maxPerFollower: number;
}

/** Returns a function that sends the events of a run as the body, or 204 to a client that has received its end. */
export function createRunStreams(
  app: FastifyInstance,
  { context, maxPerFollower }: RunStreamOptions,
): AnswerWithRun {
  const open = countOpenResponses(maxPerFollower, 'event streams');
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  return async (request, reply, { follower, read }) => {
    // Before the first await: nobody would notice the end of a connection that closes during it.
    open(follower, reply.raw);
    const signal = AbortSignal.any([disconnectSignal(reply), closing.signal]);
    const run = await read();
    if (isFinished(run.outcome) && request.headers['last-event-id'] === FINISHED_EVENT_ID)
      return void reply.code(204);
    const events = runEvents({ read, signal, nowMs: () => context.now().getTime(), pause });
    void reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
    return Readable.from(events, { objectMode: false });
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects only when aborted, which the events check next.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
