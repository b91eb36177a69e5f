import type { ErrorSummary, RunCounts } from '@inlet/contracts';
import type { RunLease } from '../execution/run-lease.js';
import type { Context } from '../ports/context.js';
import type { Delivery, DueDelivery } from '../ports/model.js';
import type { DeliveryTotals, OutboxSummary } from '../ports/store.js';
import { type Addressee, sendStored } from './attempt-delivery.js';

const PAGE = 64;

/** What came of the batches that were due. */
export interface Delivered {
  /** The receiver's words where it said that it is gone for good. */
  readonly goneError: ErrorSummary | null;
  /** All that became of the run's batches, where nobody else can have had to do with them; else the outbox knows. */
  readonly summary: OutboxSummary | null;
}

/**
 * Sends what is due of a run, some batches at a time. Stops at the first one that has to be tried again: a
 * receiver in trouble is not helped by more.
 */
export async function deliverRows(
  context: Context,
  { lease, addressee }: { lease: RunLease; addressee: Addressee },
): Promise<Delivered> {
  const { projectId, id: runId } = lease.run;
  let counts = lease.run.counts;
  const troubles: (ErrorSummary | 'retry')[] = [];
  let tally = noneSent();

  const send = async (delivery: DueDelivery) => {
    const { outcome, status, rowsRejected } = await sendStored(context, {
      delivery,
      run: lease.run,
      addressee,
      signal: lease.signal,
    });
    if (outcome.kind === 'gone') troubles.push(outcome.error);
    else if (status === 'pending') troubles.push('retry');
    tally = { ...tally, [status]: sum(tally[status], { batches: 1, rows: delivery.rows, rowsRejected }) };
    counts = progress(counts, { delivery, status });
    lease.note({ counts });
  };

  while (troubles.length === 0) {
    const due = await context.store.deliveries.listDue(projectId, { runId, now: context.now(), limit: PAGE });
    const line = [...due];
    const sender = async () => {
      for (let next = line.shift(); next && troubles.length === 0; next = line.shift()) {
        lease.signal.throwIfAborted();
        await send(next);
      }
    };
    await Promise.all(Array.from({ length: context.settings.deliveriesInFlight }, sender));
    if (due.length < PAGE) break;
  }
  const goneError = troubles.find((trouble) => trouble !== 'retry') ?? null;
  const ended = tally.acknowledged.batches + tally.failed.batches;
  const isAll = ended === lease.run.counts.batches && lease.run.attempt === 1;
  return { goneError, summary: isAll ? tally : null };
}

const noneSent = (): OutboxSummary => {
  const none: DeliveryTotals = { batches: 0, rows: 0, rowsRejected: 0 };
  return { staged: none, pending: none, acknowledged: none, failed: none, discarded: none };
};

const sum = (one: DeliveryTotals, other: DeliveryTotals): DeliveryTotals => ({
  batches: one.batches + other.batches,
  rows: one.rows + other.rows,
  rowsRejected: one.rowsRejected + other.rowsRejected,
});

/** Counts for those who watch; the final ones are taken from the outbox. */
function progress(
  counts: RunCounts,
  { delivery, status }: { delivery: Delivery; status: 'pending' | 'acknowledged' | 'failed' },
): RunCounts {
  if (status === 'pending') return counts;
  if (status === 'failed') return { ...counts, batchesFailed: counts.batchesFailed + 1 };
  return {
    ...counts,
    batchesAcknowledged: counts.batchesAcknowledged + 1,
    rowsAcknowledged: counts.rowsAcknowledged + delivery.rows,
  };
}
