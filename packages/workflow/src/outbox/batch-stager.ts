import type { BatchSink } from '../ingest/ingest-source.js';
import type { ReadBatch } from '../ports/change-reader.js';
import type { Context } from '../ports/context.js';
import { type Delivery, type Run, UNTRIED } from '../ports/model.js';

/** Concurrent writes: they share flushes of the database, and memory stays flat. */
const MAX_WRITES = 4;

/** Stores each batch as a staged delivery of the run's staged attempt. */
export function createBatchStager(context: Context, run: Run): BatchSink {
  const writes: Promise<void>[] = [];
  let number = 0;

  const store = async (delivery: Delivery, body: Buffer) => {
    // A worker that has lost the run may store batches that are never released: they expire.
    const expiresAt = new Date(delivery.createdAt.getTime() + context.settings.keepFailedMs);
    await context.store.deliveries.insert([{ delivery, body, expiresAt }]);
  };
  return {
    async add(batch, recycle) {
      number += 1;
      const delivery = createStagedDelivery(context, { run, number, batch });
      const write = store(delivery, batch.body).then(recycle);
      // Awaited later; until then a failure must not count as unhandled.
      write.catch(() => {});
      writes.push(write);
      if (writes.length === MAX_WRITES) await writes.shift();
    },
    async clear() {
      await Promise.all(writes.splice(0));
      number = 0;
      const { projectId, id: runId, stagedAttempt } = run;
      const all = { beforeAttempt: stagedAttempt + 1 };
      await context.store.deliveries.removeStaged({ projectId, runId }, all);
    },
    async close() {
      await Promise.all(writes);
    },
  };
}

interface NumberedBatch {
  readonly run: Run;
  readonly number: number;
  readonly batch: ReadBatch;
}

function createStagedDelivery(context: Context, { run, number, batch }: NumberedBatch): Delivery {
  return {
    id: context.newId('dlv'),
    projectId: run.projectId,
    jobId: run.jobId,
    runId: run.id,
    templateId: run.templateId,
    runAttempt: run.stagedAttempt,
    replayOf: null,
    type: 'import.records',
    number,
    rows: batch.rows,
    bytes: batch.body.length,
    ...UNTRIED,
    status: 'staged',
    nextAttemptAt: null,
    createdAt: context.now(),
  };
}
