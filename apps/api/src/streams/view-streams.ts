import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@inlet/workflow';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { countOpenResponses } from './count-open-responses.js';
import { disconnectSignal } from './disconnect-signal.js';
import { FINISHED_EVENT_ID, type FollowedKind, viewEvents } from './view-events.js';

interface ViewStream<View> {
  /** Identifies who follows: a project, or a user of one. */
  readonly follower: string;
  /** Reads it now. Throws if the caller may not see it, or no longer. */
  readonly read: () => Promise<View>;
}

export type AnswerWithEvents<View> = (
  request: FastifyRequest,
  reply: FastifyReply,
  stream: ViewStream<View>,
) => Promise<Readable | undefined>;

interface ViewStreamOptions<View> extends FollowedKind<View> {
  readonly context: Pick<Context, 'now'>;
  /** Streams that one follower may have open at a time in this process. */
  readonly maxPerFollower: number;
}

/** Returns a function that sends events as the body, or 204 to a client that has received the end. */
export function createViewStreams<View>(
  app: FastifyInstance,
  { context, maxPerFollower, ...kind }: ViewStreamOptions<View>,
): AnswerWithEvents<View> {
  const open = countOpenResponses(maxPerFollower, 'event streams');
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  return async (request, reply, { follower, read }) => {
    // Before the first await: nobody would notice the end of a connection that closes during it.
    open(follower, reply.raw);
    const signal = AbortSignal.any([disconnectSignal(reply), closing.signal]);
    const view = await read();
    if (kind.isFinished(view) && request.headers['last-event-id'] === FINISHED_EVENT_ID)
      return void reply.code(204);
    const events = viewEvents({ ...kind, read, signal, nowMs: () => context.now().getTime(), pause });
    void reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
    return Readable.from(events, { objectMode: false });
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects only when aborted, which the events check next.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
