import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { InletApiError, InletConnectionError, toProblemError } from './errors.js';
import type { CallOptions, Sender } from './send-request.js';

/** Consecutive streams that may break off without a single event. */
const MAX_SILENT_BREAKS = 5;
const RECONNECT_MS = 500;

/**
 * Yields a run in its current state and after each change, until it has finished. Opens the stream again if it
 * breaks off or if the server ends it because of a restart.
 */
export async function* followRun(
  sender: Sender,
  runId: string,
  { signal }: CallOptions,
): AsyncGenerator<RunView> {
  const path = `/runs/${encodeURIComponent(runId)}/events`;
  const headers = { accept: 'text/event-stream' };
  for (let silentBreaks = 0; ; silentBreaks += 1) {
    const response = await sender.open({ method: 'GET', path, headers, options: { signal } });
    if (!response.body) return;
    let broken: unknown = new Error('The stream ended early');
    try {
      for await (const { type, data } of readServerEvents(response.body)) {
        silentBreaks = 0;
        if (type === 'problem') throw toProblemError(data);
        if (type !== 'run') continue;
        const run: RunView = JSON.parse(data);
        yield run;
        if (run.finishedAt !== null) return;
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof InletApiError) throw error;
      broken = error;
    }
    if (silentBreaks >= MAX_SILENT_BREAKS) throw new InletConnectionError('the stream of events', broken);
    await sleep(RECONNECT_MS, undefined, { signal });
  }
}
