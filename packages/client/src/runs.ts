import type {
  DeliveryView,
  ResentRows,
  RunIssue,
  RunView,
  SchedulePreview,
  UndoPlan,
} from '@inlet/contracts';
import { followRun } from './follow-run.js';
import type { DiscardDecision, ReleaseDecision, ScheduleQuestion } from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

const pathOf = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;

/** Runs of jobs: history, live progress, issues, deliveries. */
export const runCalls = (sender: Sender) => ({
  get: (runId: string, options?: CallOptions): Promise<RunView> =>
    sender.json({ method: 'GET', path: pathOf(runId), options }),

  listIssues: (runId: string): PageSource<RunIssue> => pageSource(sender, `${pathOf(runId)}/issues`),

  /** All issues as the bytes of a CSV file, streamed. */
  openIssuesCsv: async (runId: string, options?: CallOptions): Promise<AsyncIterable<Uint8Array>> => {
    const headers = { accept: 'text/csv' };
    const response = await sender.open({ method: 'GET', path: `${pathOf(runId)}/issues`, headers, options });
    return response.body ?? new Blob().stream();
  },

  /** In the order in which they are sent. */
  listDeliveries: (runId: string): PageSource<DeliveryView> =>
    pageSource(sender, `${pathOf(runId)}/deliveries`),

  /** Yields the run in its current state and after each change; ends when the run has finished. */
  follow: (runId: string, options: CallOptions = {}): AsyncGenerator<RunView> =>
    followRun(sender, runId, options),

  /** Does not retract rows that were already sent. */
  cancel: (runId: string, options?: PostOptions): Promise<RunView> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/cancel`, options }),

  /** Sends the rows of a held run. Throws `run_decided_already`, with the first `decision`, if somebody was faster. */
  release: (runId: string, decision: ReleaseDecision, options?: PostOptions): Promise<RunView> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/release`, body: decision, options }),

  /** Drops the rows of a held run, which ends as cancelled. */
  discard: (runId: string, decision: DiscardDecision, options?: PostOptions): Promise<RunView> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/discard`, body: decision, options }),

  /** Sends the rows again that the receiver rejected. Throws `run_no_rejected_rows` if it rejects none. */
  resendRejected: (runId: string, options?: PostOptions): Promise<ResentRows> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/resend-rejected`, options }),

  /** Counts the rows that an undo would take back, and changes nothing. */
  planUndo: (runId: string, options?: CallOptions): Promise<UndoPlan> =>
    sender.json({ method: 'GET', path: `${pathOf(runId)}/undo`, options }),

  /** Takes back the rows that a run of an upload has sent, with a new run. A second call returns the same one. */
  undo: (runId: string, options?: PostOptions): Promise<RunView> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/undo`, options }),

  /**
   * Sends all deliveries again: acknowledged ones as new deliveries with `replayOf`, failed ones under their ids.
   */
  replay: (runId: string, options?: PostOptions): Promise<{ readonly deliveries: number }> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/replay`, options }),
});

export const deliveryCalls = (sender: Sender) => ({
  /**
   * Sends a delivery again, and returns the one that is going to be sent: a new one with `replayOf` for an acknowledged
   * delivery, the same one for a failed delivery.
   */
  replay: (deliveryId: string, options?: PostOptions): Promise<DeliveryView> =>
    sender.json({ method: 'POST', path: `/deliveries/${encodeURIComponent(deliveryId)}/replay`, options }),
});

export const scheduleCalls = (sender: Sender) => ({
  /** Describes a schedule in words and returns its next times. */
  preview: (question: ScheduleQuestion, options?: PostOptions): Promise<SchedulePreview> =>
    sender.json({ method: 'POST', path: '/schedules/preview', body: question, options }),
});
