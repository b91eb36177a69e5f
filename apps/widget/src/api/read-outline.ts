import type { OutlineProgress, OutlineResponse } from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { ApiProblem, isAbort, problemOfEvent } from './api-problem.js';

/**
 * Reads an outline from a response and reports progress until it arrives. A proxy without support for server-sent
 * events may ask for JSON, which has no progress; one that buffers the response delivers all progress at once.
 */
export async function readOutline(
  response: Response,
  onProgress: (progress: OutlineProgress) => void,
): Promise<OutlineResponse> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!isStream || !response.body) return response.json() as Promise<OutlineResponse>;
  try {
    for await (const { type, data } of readServerEvents(response.body)) {
      if (type === 'problem') throw problemOfEvent(data);
      if (type === 'result') return JSON.parse(data) as OutlineResponse;
      if (type === 'progress') onProgress(JSON.parse(data) as OutlineProgress);
    }
  } catch (cause) {
    throw cause instanceof ApiProblem || isAbort(cause) ? cause : new ApiProblem('offline', { cause });
  }
  throw new ApiProblem('offline');
}
