import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { InletError, isFinished, type RunView } from '@inlet/contracts';
import type { Context } from '@inlet/workflow';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { disconnectSignal } from './disconnect-signal.js';
import { FINISHED_EVENT_ID, runEvents } from './run-events.js';

interface RunStream {
  /** Who follows the run: a project, or a user of one. */
  readonly follower: string;
  /** Reads the run as it is now; refuses those who may not. */
  readonly read: () => Promise<RunView>;
}

export type AnswerWithRun = (
  request: FastifyRequest,
  reply: FastifyReply,
  stream: RunStream,
) => Promise<Readable | undefined>;

/**
 * Gives the events of a run as a body, or no body to those who have seen its end. `most` bounds how many streams
 * one follower may have open in this process.
 */
export function createRunStreams(
  app: FastifyInstance,
  { context, most }: { context: Pick<Context, 'now'>; most: number },
): AnswerWithRun {
  const open = countOpen(most);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  return async (request, reply, { follower, read }) => {
    const run = await read();
    if (isFinished(run.outcome) && request.headers['last-event-id'] === FINISHED_EVENT_ID)
      return void reply.code(204);
    reply.raw.once('close', open(follower));
    const signal = AbortSignal.any([disconnectSignal(reply), closing.signal]);
    const events = runEvents({ read, signal, nowMs: () => context.now().getTime(), pause });
    void reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
    return Readable.from(events, { objectMode: false });
  };
}

/** Counts a stream of a follower in; what comes back counts it out. */
function countOpen(most: number): (follower: string) => () => void {
  const openStreams = new Map<string, number>();
  return (follower) => {
    const count = openStreams.get(follower) ?? 0;
    if (count >= most)
      throw new InletError('rate_limited', { detail: `At most ${most} event streams at a time.` });
    openStreams.set(follower, count + 1);
    return () => {
      const left = (openStreams.get(follower) ?? 1) - 1;
      if (left > 0) openStreams.set(follower, left);
      else openStreams.delete(follower);
    };
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The only rejection is the abort, which ends the events next.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
