import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '@inlet/contracts';
import { readServerEvents } from '@inlet/contracts/server-events';
import { InletApiError, toProblemError } from './inlet-api-error.js';
import { InletConnectionError } from './inlet-connection-error.js';
import type { CallOptions, Sender } from './send-request.js';

/** As often as this in a row may a stream break off without a word from Inlet. */
const MAX_SILENT_BREAKS = 5;
const RECONNECT_MS = 500;

/**
 * A run as it is now and after each change, until it has finished. A stream that breaks off, or that a server ends
 * because it restarts, is opened again.
 */
export async function* followRun(
  sender: Sender,
  { runId, signal }: CallOptions & { runId: string },
): AsyncGenerator<RunView> {
  const path = `/runs/${encodeURIComponent(runId)}/events`;
  const headers = { accept: 'text/event-stream' };
  for (let silentBreaks = 0; ; silentBreaks += 1) {
    const response = await sender.open({ method: 'GET', path, headers, options: signal ? { signal } : {} });
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
    await sleep(RECONNECT_MS, undefined, signal ? { signal } : {});
  }
}
