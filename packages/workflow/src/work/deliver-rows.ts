import type { ErrorSummary, RunCounts } from '@inlet/contracts';
import type { Delivery } from '../ports/records.js';
import type { World } from '../ports/world.js';
import type { RunLease } from './run-lease.js';
import { type Addressee, sendStored } from './send-stored.js';

const PAGE = 64;

/**
 * Sends what is due of a run, some batches at a time. Stops at the first one that has to be tried again: a
 * receiver in trouble is not helped by more. Gives the receiver's words where it said that it is gone for good.
 */
export async function deliverRows(
  world: World,
  { lease, addressee }: { lease: RunLease; addressee: Addressee },
): Promise<ErrorSummary | null> {
  const { projectId, id: runId } = lease.run;
  let counts = lease.run.counts;
  const troubles: (ErrorSummary | 'retry')[] = [];

  const send = async (delivery: Delivery) => {
    const { outcome, status } = await sendStored(world, {
      delivery,
      run: lease.run,
      addressee,
      signal: lease.signal,
    });
    if (outcome.kind === 'gone') troubles.push(outcome.error);
    else if (status === 'pending') troubles.push('retry');
    counts = progress(counts, { delivery, status });
    lease.note({ counts });
  };

  while (troubles.length === 0) {
    const due = await world.store.deliveries.listDue(projectId, { runId, now: world.now(), limit: PAGE });
    const line = [...due];
    const sender = async () => {
      for (let next = line.shift(); next && troubles.length === 0; next = line.shift()) {
        lease.signal.throwIfAborted();
        await send(next);
      }
    };
    await Promise.all(Array.from({ length: world.settings.deliveriesInFlight }, sender));
    if (due.length < PAGE) break;
  }
  return troubles.find((trouble) => trouble !== 'retry') ?? null;
}

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
