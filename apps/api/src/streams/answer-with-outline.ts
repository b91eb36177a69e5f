import { Readable } from 'node:stream';
import type { OutlineEvent, OutlineProgress, OutlineResponse, outlineResponseSchema } from '@inlet/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from '../plugins/problem-responses.js';
import { textStream } from '../routes/route-schemas.js';
import { disconnectSignal } from './disconnect-signal.js';

export interface OutlineAnswerOptions {
  /** Fires when the client disconnects. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: OutlineProgress) => void;
}

/** The successful responses to a request for an outline. */
export const outlineResponses = (outline: typeof outlineResponseSchema) => ({
  200: {
    description:
      'The outline. With `accept: text/event-stream` server-sent events: `progress` with `{ bytes, records }` about ' +
      'ten times a second, and at the end `result` with the outline, or `problem` with a problem document.',
    content: {
      'application/json': { schema: outline },
      'text/event-stream': { schema: textStream },
    },
  },
});

/**
 * Responds with an outline as JSON or, if the client asks for it, as server-sent events that report the progress. The
 * events begin with the first byte of the source: an earlier error is sent with its status, as without events.
 */
export function answerWithOutline(
  request: FastifyRequest,
  reply: FastifyReply,
  look: (options: OutlineAnswerOptions) => Promise<OutlineResponse>,
): Promise<OutlineResponse | Readable> {
  const signal = disconnectSignal(reply);
  void reply.header('vary', 'accept');
  if (!wantsEvents(request.headers.accept)) return look({ signal });
  return new Promise((resolve, reject) => {
    const events = new Readable({ read: () => undefined });
    let hasBegun = false;
    const tell = (event: OutlineEvent): void => {
      if (!hasBegun) {
        void reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
        resolve(events);
      }
      hasBegun = true;
      if (!signal.aborted) events.push(`event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
    };
    const end = (event: OutlineEvent): void => {
      tell(event);
      events.push(null);
    };
    look({ signal, onProgress: (data) => tell({ event: 'progress', data }) }).then(
      (data) => end({ event: 'result', data }),
      (error: unknown) => {
        if (hasBegun) end({ event: 'problem', data: problemOf(request, error) });
        else reject(error);
      },
    );
  });
}

/** True if the client names the type of events; wildcards mean JSON. */
function wantsEvents(accept: string | undefined): boolean {
  return (accept ?? '')
    .split(',')
    .some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'text/event-stream');
}
