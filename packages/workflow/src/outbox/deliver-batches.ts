import type { ErrorSummary, RunCounts } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type DueDelivery, type Job, type Run, runRef } from '../ports/model.js';
import type { DeliveryTotals, OutboxSummary } from '../ports/store.js';
import { type AttemptedDelivery, attemptDelivery, type ReceiverSettings } from './attempt-delivery.js';
import { createBodyLimits } from './body-limit.js';
import { liveBatches } from './run-counts.js';

const PAGE = 64;

export interface DeliverOptions {
  readonly job: Job;
  readonly run: Run;
  readonly receiver: ReceiverSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: RunCounts) => void;
}

export interface DeliveredBatches {
  /** The receiver's answer if it said that it is permanently gone. */
  readonly goneError: ErrorSummary | null;
  /** The state of all batches of the run; null if another attempt may have sent some, so that it must be loaded. */
  readonly summary: OutboxSummary | null;
}

/**
 * Sends the due batches of a run, several at a time. Stops at the first one that must be tried again: more requests
 * do not help a receiver in trouble.
 */
export async function deliverBatches(
  context: Context,
  { job, run, receiver, signal, onProgress }: DeliverOptions,
): Promise<DeliveredBatches> {
  let counts = await countBatches(context, run);
  let hasSplit = false;
  const limits = createBodyLimits(context, { job, destination: receiver.destination });
  const takeNumber = () => {
    counts = { ...counts, batches: counts.batches + 1 };
    return counts.batches;
  };
  let summary = EMPTY_SUMMARY;
  let goneError: ErrorSummary | null = null;
  let isStopped = false;

  const send = async (delivery: DueDelivery) => {
    const attempted = await attemptDelivery(context, {
      ...{ delivery, run, receiver, limits, signal, takeNumber },
      batches: counts.batches,
    });
    const { outcome, status, rowsRejected, answersUnread } = attempted;
    if (outcome?.kind === 'gone') goneError ??= outcome.error;
    isStopped ||= outcome?.kind === 'gone' || status === 'pending';
    hasSplit ||= status === 'discarded';
    const totals = sum(summary[status], { batches: 1, rows: delivery.rows, rowsRejected, answersUnread });
    summary = { ...summary, [status]: totals };
    counts = addProgress(counts, { rows: delivery.rows, status });
    onProgress(counts);
  };

  while (!isStopped) {
    const due = await context.store.deliveries.listDue(runRef(run), { now: context.now(), limit: PAGE });
    const queue = [...due];
    hasSplit = false;
    const sendQueued = async () => {
      for (let next = queue.shift(); next && !isStopped; next = queue.shift()) {
        signal.throwIfAborted();
        await send(next);
      }
    };
    await Promise.all(Array.from({ length: context.settings.deliveriesInFlight }, sendQueued));
    if (due.length < PAGE && !hasSplit) break;
  }
  const ended = summary.acknowledged.batches + summary.failed.batches;
  const isComplete = ended === counts.batches && run.attempt === 1;
  return { goneError, summary: isComplete ? summary : null };
}

/** The counts of a run. Its number of batches may have grown in an earlier attempt, whose worker died. */
async function countBatches(context: Context, run: Run): Promise<RunCounts> {
  if (run.attempt === 1) return run.counts;
  const stored = liveBatches(await context.store.deliveries.summarize(runRef(run)));
  return { ...run.counts, batches: Math.max(run.counts.batches, stored) };
}

const NOTHING: DeliveryTotals = { batches: 0, rows: 0, rowsRejected: 0, answersUnread: 0 };
const EMPTY_SUMMARY: OutboxSummary = {
  staged: NOTHING,
  pending: NOTHING,
  acknowledged: NOTHING,
  failed: NOTHING,
  discarded: NOTHING,
};

const sum = (one: DeliveryTotals, other: DeliveryTotals): DeliveryTotals => ({
  batches: one.batches + other.batches,
  rows: one.rows + other.rows,
  rowsRejected: one.rowsRejected + other.rowsRejected,
  answersUnread: one.answersUnread + other.answersUnread,
});

/** Counts for progress; the final ones are taken from the outbox. */
function addProgress(
  counts: RunCounts,
  { rows, status }: { rows: number; status: AttemptedDelivery['status'] },
): RunCounts {
  if (status === 'pending' || status === 'discarded') return counts;
  if (status === 'failed') return { ...counts, batchesFailed: counts.batchesFailed + 1 };
  return {
    ...counts,
    batchesAcknowledged: counts.batchesAcknowledged + 1,
    rowsAcknowledged: counts.rowsAcknowledged + rows,
  };
}
