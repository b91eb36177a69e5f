const BATCH = 1000;

/** The ids of what is found, some at a time: a run of small batches may have a million. */
export async function* idBatches(
  found: AsyncIterable<{ readonly _id: string }>,
): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const { _id } of found) {
    batch.push(_id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
