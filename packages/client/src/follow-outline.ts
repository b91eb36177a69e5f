import type { OutlineProgress, OutlineResponse } from '@inlet/contracts';
import { readServerEvents, type ServerEvent } from '@inlet/contracts/server-events';
import { InletConnectionError, toProblemError } from './errors.js';
import type { ApiRequest, Sender } from './send-request.js';

/**
 * Requests an outline as a stream of events and returns its result. A stream that breaks off is not opened again,
 * because that would fetch the source a second time.
 */
export async function followOutline(
  sender: Sender,
  request: ApiRequest,
  onProgress: (progress: OutlineProgress) => void,
): Promise<OutlineResponse> {
  const response = await sender.open({ ...request, headers: { accept: 'text/event-stream' } });
  for await (const { type, data } of eventsOf(response, request.options?.signal)) {
    if (type === 'problem') throw toProblemError(data);
    if (type === 'progress') onProgress(JSON.parse(data));
    if (type === 'result') return JSON.parse(data);
  }
  throw brokenStream(new Error('The stream ended early'));
}

async function* eventsOf(
  { body }: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<ServerEvent, void, undefined> {
  try {
    if (body) yield* readServerEvents(body);
  } catch (error) {
    throw signal?.aborted ? signal.reason : brokenStream(error);
  }
}

const brokenStream = (cause: unknown) => new InletConnectionError('the stream of events', cause);
