import type { StoreContext } from './collections.js';

export type DeliveryContext = Pick<StoreContext, 'deliveries' | 'deliveryBodies' | 'runs'>;

const IDS_PER_BATCH = 1000;

/** The ids of the documents, some at a time: a run of small batches may have a million deliveries. */
export async function* batchIds(
  documents: AsyncIterable<{ readonly _id: string }>,
): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const { _id } of documents) {
    batch.push(_id);
    if (batch.length < IDS_PER_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * The deliveries that `read` finds, without those of unfinished runs. There are few unfinished runs, but they may
 * have any number of deliveries: each round excludes the runs that the last one found unfinished.
 */
export async function readOfFinishedRuns<Found extends { readonly runId: string }>(
  { runs }: Pick<StoreContext, 'runs'>,
  read: (excludedRunIds: readonly string[]) => Promise<Found[]>,
): Promise<Found[]> {
  const unfinished = new Set<string>();
  for (;;) {
    const found = await read([...unfinished]);
    const runIds = [...new Set(found.map(({ runId }) => runId))];
    const excluded = await runs.documents
      .find({ _id: { $in: runIds }, isUnfinished: true }, { projection: { _id: 1 } })
      .toArray();
    if (excluded.length === 0) return found;
    for (const { _id } of excluded) unfinished.add(_id);
  }
}
