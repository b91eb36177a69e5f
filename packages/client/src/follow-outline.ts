import type { OutlineProgress, OutlineResponse } from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { toProblemError } from './inlet-api-error.js';
import { InletConnectionError } from './inlet-connection-error.js';
import type { ApiRequest, Sender } from './send-request.js';

/**
 * Reads an outline as events. Where the stream breaks off it is not opened again, as the source would be fetched
 * once more.
 */
export async function followOutline(
  sender: Sender,
  { request, onProgress }: { request: ApiRequest; onProgress: (progress: OutlineProgress) => void },
): Promise<OutlineResponse> {
  const response = await sender.open({ ...request, headers: { accept: 'text/event-stream' } });
  for await (const { type, data } of readServerEvents(piecesOf(response, request.options?.signal))) {
    if (type === 'problem') throw toProblemError(data);
    if (type === 'progress') onProgress(JSON.parse(data));
    if (type === 'result') return JSON.parse(data);
  }
  throw brokenOff(new Error('The stream ended early'));
}

async function* piecesOf(
  { body }: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (body) yield* body;
  } catch (error) {
    throw signal?.aborted ? signal.reason : brokenOff(error);
  }
}

const brokenOff = (cause: unknown) => new InletConnectionError('the stream of events', cause);
