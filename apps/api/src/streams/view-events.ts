import { InletError, toProblem } from '@inlet/contracts';

/** Browsers send it as `Last-Event-ID` when they connect again after the end. */
export const FINISHED_EVENT_ID = 'finished';

const HEARTBEAT_MS = 15_000;
/** How often it is read: changes follow each other, so soon after one another is likely. */
const POLLS = [
  { sinceChangeMs: 2000, pollMs: 100 },
  { sinceChangeMs: 30_000, pollMs: 500 },
];
const CALM_POLL_MS = 1000;

/** A thing that clients follow, such as a run. */
export interface FollowedKind<View> {
  /** Name of its events. */
  readonly name: 'run' | 'upload';
  /** Whether it does not change any more. */
  readonly isFinished: (view: View) => boolean;
}

export interface ViewEventsOptions<View> extends FollowedKind<View> {
  /** Reads it as it is now. */
  readonly read: () => Promise<View>;
  /** Ends the events when the client disconnects or the server stops. */
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** Waits, or resolves early when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Yields a run or an upload as server-sent events (WHATWG HTML, section 9.2): an event with the whole of it now and at
 * every change, comments that keep proxies from closing the connection, and the end after it has finished.
 */
export async function* viewEvents<View>(options: ViewEventsOptions<View>): AsyncGenerator<string> {
  const { name, isFinished, read, signal, nowMs, pause } = options;
  let lastData = '';
  let [lastSentMs, lastChangeMs] = [nowMs(), nowMs()];
  yield 'retry: 2000\n\n';
  while (!signal.aborted) {
    const view = await read().catch(toLastWord);
    if (typeof view === 'string') return yield view;
    const data = JSON.stringify(view);
    if (data !== lastData) {
      yield `event: ${name}\n${isFinished(view) ? `id: ${FINISHED_EVENT_ID}\n` : ''}data: ${data}\n\n`;
      [lastData, lastSentMs, lastChangeMs] = [data, nowMs(), nowMs()];
    } else if (nowMs() - lastSentMs >= HEARTBEAT_MS) {
      yield ': still here\n\n';
      lastSentMs = nowMs();
    }
    if (isFinished(view)) return;
    await pause(pollMsAfter(nowMs() - lastChangeMs), signal);
  }
}

function pollMsAfter(unchangedMs: number): number {
  return POLLS.find(({ sinceChangeMs }) => unchangedMs < sinceChangeMs)?.pollMs ?? CALM_POLL_MS;
}

/** It was removed, or the store does not answer. Sent as an event, because the status is already sent. */
function toLastWord(error: unknown): string {
  const known = error instanceof InletError ? error : new InletError('unavailable', { cause: error });
  return `event: problem\ndata: ${JSON.stringify(toProblem(known))}\n\n`;
}
