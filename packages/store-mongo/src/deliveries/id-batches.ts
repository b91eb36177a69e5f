import type { Delivery } from '@inlet/workflow';
import type { Context } from '../context.js';

const BATCH = 1000;

/** Ids of a run's deliveries of these statuses, some at a time: a run of small batches may have a million. */
export async function* idBatches(
  { models }: Context,
  { projectId, runId, statuses }: { projectId: string; runId: string; statuses: Delivery['status'][] },
): AsyncGenerator<readonly string[]> {
  const found = models.deliveries
    .find({ projectId, runId, status: { $in: statuses } })
    .select({ _id: 1 })
    .lean()
    .cursor({ batchSize: BATCH });
  let batch: string[] = [];
  for await (const { _id } of found) {
    batch.push(_id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
