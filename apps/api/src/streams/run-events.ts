import { InletError, isFinished, type RunView, toProblem } from '@inlet/contracts';

/** Browsers send it back as `Last-Event-ID` when they connect again after the end. */
export const FINISHED_EVENT_ID = 'finished';

const HEARTBEAT_MS = 15_000;
const EAGER_POLL_MS = 500;
const CALM_POLL_MS = 1000;
/** After this long without a change, polling is calm. */
const EAGER_FOR_MS = 30_000;

export interface RunEventsOptions {
  /** Reads the run as it is now. */
  readonly read: () => Promise<RunView>;
  /** Ends the events: the client went away, or the server stops. */
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** Waits; resolves early when the signal fires. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * The life of a run as server-sent events (WHATWG HTML, section 9.2): an event `run` with the whole run now and
 * at every change, comments so that proxies keep the connection, and the end once the run has finished.
 */
export async function* runEvents({ read, signal, nowMs, pause }: RunEventsOptions): AsyncGenerator<string> {
  let lastData = '';
  let [lastSentMs, lastChangeMs] = [nowMs(), nowMs()];
  yield 'retry: 2000\n\n';
  while (!signal.aborted) {
    const run = await read().catch(toLastWord);
    if (typeof run === 'string') return yield run;
    const data = JSON.stringify(run);
    if (data !== lastData) {
      yield `event: run\n${isFinished(run.outcome) ? `id: ${FINISHED_EVENT_ID}\n` : ''}data: ${data}\n\n`;
      [lastData, lastSentMs, lastChangeMs] = [data, nowMs(), nowMs()];
    } else if (nowMs() - lastSentMs >= HEARTBEAT_MS) {
      yield ': still here\n\n';
      lastSentMs = nowMs();
    }
    if (isFinished(run.outcome)) return;
    await pause(nowMs() - lastChangeMs < EAGER_FOR_MS ? EAGER_POLL_MS : CALM_POLL_MS, signal);
  }
}

/** The run went away with its job, or the store does not answer: said in an event, as the status is sent already. */
function toLastWord(error: unknown): string {
  const known = error instanceof InletError ? error : new InletError('unavailable', { cause: error });
  return `event: problem\ndata: ${JSON.stringify(toProblem(known))}\n\n`;
}
