import type { DeliveryView, RunIssue, RunView, SchedulePreview } from '@inlet/contracts';
import { followRun } from './follow-run.js';
import type { ScheduleQuestion } from './input-types.js';
import { type PageSource, pageSource } from './page-source.js';
import type { CallOptions, PostOptions, Sender } from './send-request.js';

const pathOf = (runId: string): string => `/runs/${encodeURIComponent(runId)}`;

/** What jobs did: history, live progress, issues, deliveries. */
export const runCalls = (sender: Sender) => ({
  get: (runId: string, options?: CallOptions): Promise<RunView> =>
    sender.json({ method: 'GET', path: pathOf(runId), options }),

  listIssues: (runId: string): PageSource<RunIssue> => pageSource(sender, `${pathOf(runId)}/issues`),

  /** All issues as a CSV file, as it comes. */
  openIssuesCsv: async (runId: string, options?: CallOptions): Promise<AsyncIterable<Uint8Array>> => {
    const headers = { accept: 'text/csv' };
    const response = await sender.open({ method: 'GET', path: `${pathOf(runId)}/issues`, headers, options });
    return response.body ?? new Blob().stream();
  },

  /** In order. */
  listDeliveries: (runId: string): PageSource<DeliveryView> =>
    pageSource(sender, `${pathOf(runId)}/deliveries`),

  /** The run as it is now and after each change; the loop ends when the run has finished. */
  follow: (runId: string, options: CallOptions = {}): AsyncGenerator<RunView> =>
    followRun(sender, { runId, ...options }),

  /** What was sent by then stays sent. */
  cancel: (runId: string, options?: PostOptions): Promise<RunView> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/cancel`, options }),

  /** Sends all deliveries again, under the same ids. */
  replay: (runId: string, options?: PostOptions): Promise<{ readonly deliveries: number }> =>
    sender.json({ method: 'POST', path: `${pathOf(runId)}/replay`, options }),
});

export const deliveryCalls = (sender: Sender) => ({
  /** Sends a delivery again, under the same id. */
  replay: (deliveryId: string, options?: PostOptions): Promise<DeliveryView> =>
    sender.json({ method: 'POST', path: `/deliveries/${encodeURIComponent(deliveryId)}/replay`, options }),
});

export const scheduleCalls = (sender: Sender) => ({
  /** A schedule in words, with its next times. */
  preview: (question: ScheduleQuestion, options?: PostOptions): Promise<SchedulePreview> =>
    sender.json({ method: 'POST', path: '/schedules/preview', body: question, options }),
});
