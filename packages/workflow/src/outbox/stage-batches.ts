import type { JsonValue } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import type { Delivery, Run } from '../ports/model.js';
import type { ReadBatch } from '../ports/read-changes.js';

/** Where batches go that are to be sent. */
export interface BatchSink {
  /** `release` is called as soon as the body is not needed any more. */
  add(batch: ReadBatch, release: () => void): Promise<void> | void;
  /** Waits for what is still being stored. */
  close(): Promise<void>;
}

/** So many share the flushes of the database, and memory stays flat. */
const MOST_AT_A_TIME = 4;

/** Stores each batch as a held delivery. */
export function createOutbox(context: Context, run: Run): BatchSink {
  const storing: Promise<void>[] = [];
  let number = 0;

  const store = async (delivery: Delivery, body: Buffer) => {
    // One that is never released, as its worker had lost the run, must not stay for ever.
    const expiresAt = new Date(delivery.createdAt.getTime() + context.settings.keepFailedMs);
    await context.store.deliveries.insert([{ delivery, body, expiresAt }]);
  };
  return {
    async add({ rows, body }, release) {
      number += 1;
      const delivery = heldDelivery(context, { run, number, rows, bytes: body.length });
      const stored = store(delivery, body).then(release);
      // Awaited later; until then a failure must not count as unhandled.
      stored.catch(() => {});
      storing.push(stored);
      if (storing.length === MOST_AT_A_TIME) await storing.shift();
    },
    async close() {
      await Promise.all(storing);
    },
  };
}

/** For dry runs: keeps the first rows and sends nothing. */
export function createSample(size: number): BatchSink & { readonly rows: readonly JsonValue[] } {
  const rows: JsonValue[] = [];
  return {
    rows,
    add({ body }, release) {
      if (rows.length < size) rows.push(...JSON.parse(`[${body.toString()}]`).slice(0, size - rows.length));
      release();
    },
    close: async () => {},
  };
}

function heldDelivery(
  context: Context,
  batch: { run: Run; number: number; rows: number; bytes: number },
): Delivery {
  const { run, number, rows, bytes } = batch;
  return {
    id: context.newId('dlv'),
    projectId: run.projectId,
    jobId: run.jobId,
    runId: run.id,
    templateId: run.templateId,
    runAttempt: run.stagedAttempt,
    type: 'import.records',
    number,
    rows,
    bytes,
    status: 'staged',
    attemptCount: 0,
    attempts: [],
    nextAttemptAt: null,
    rowsRejected: 0,
    createdAt: context.now(),
    acknowledgedAt: null,
  };
}
