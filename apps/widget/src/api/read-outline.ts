import type { OutlineProgress, OutlineResponse } from '@inlet/contracts';
import { ApiProblem, isAbort, problemOfEvent } from './api-problem.js';
import { readEvents } from './read-events.js';

/**
 * The outline of an answer, with the news on the way to it. There are none where something between us and the server
 * does not know events, and they come all at once where something holds them back.
 */
export async function readOutline(
  response: Response,
  onProgress: (progress: OutlineProgress) => void,
): Promise<OutlineResponse> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (!isStream || !response.body) return response.json() as Promise<OutlineResponse>;
  try {
    for await (const { event, data } of readEvents(response.body)) {
      if (event === 'problem') throw problemOfEvent(data);
      if (event === 'result') return JSON.parse(data) as OutlineResponse;
      if (event === 'progress') onProgress(JSON.parse(data) as OutlineProgress);
    }
  } catch (cause) {
    throw cause instanceof ApiProblem || isAbort(cause) ? cause : new ApiProblem('offline', { cause });
  }
  throw new ApiProblem('offline');
}
