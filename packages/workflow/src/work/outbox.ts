import type { RowChange } from '@inlet/contracts';
import type { Delivery, Run } from '../ports/records.js';
import type { World } from '../ports/world.js';
import type { SourceRow } from '../rows-of.js';
import { createBatchWriter } from './batch-writer.js';

/** Where rows go that are to be sent. */
export interface RowSink {
  add(row: SourceRow, change: Exclude<RowChange, 'removed'>): Promise<void> | void;
  addRemoved(rowKey: string): Promise<void> | void;
  /** Stores what is left over. */
  close(): Promise<void>;
  readonly batches: number;
}

/** JSON of a row as `deliveredRowSchema` describes it. */
const rowJson = ({ row, rowKey, values }: SourceRow, change: RowChange): string =>
  `{"rowKey":"${rowKey}","change":"${change}","record":${row.record},"values":${values}}`;

const removedJson = (rowKey: string): string =>
  `{"rowKey":"${rowKey}","change":"removed","record":null,"values":null}`;

/**
 * Packs rows into batches and stores each as a held delivery as soon as it is full, at most two at a time, so
 * that memory stays flat whatever the number of rows.
 */
export function createOutbox(
  world: World,
  options: { run: Run; rowsPerBatch: number; maxBatchBytes: number },
): RowSink {
  const { run, rowsPerBatch: maxRows, maxBatchBytes: maxBytes } = options;
  const writer = createBatchWriter({ maxRows, maxBytes });
  let batches = 0;
  let storing: Promise<void> = Promise.resolve();

  const flush = async () => {
    if (writer.rows === 0) return;
    batches += 1;
    const { rows, bytes } = writer;
    const delivery = heldDelivery(world, { run, number: batches, rows, bytes });
    const before = storing;
    storing = store(delivery, writer.take());
    // Awaited with the next batch; until then a failure must not count as unhandled.
    storing.catch(() => {});
    await before;
  };
  const store = async (delivery: Delivery, body: Buffer) => {
    // One that is never released, as its worker had lost the run, must not stay for ever.
    const expiresAt = new Date(delivery.createdAt.getTime() + world.settings.keepFailedMs);
    await world.store.deliveries.insert([{ delivery, body, expiresAt }]);
    writer.release(body);
  };
  const add = (json: string): Promise<void> | void => {
    if (writer.add(json)) return;
    const flushed = flush();
    writer.add(json);
    return flushed;
  };
  return {
    add: (row, change) => add(rowJson(row, change)),
    addRemoved: (rowKey) => add(removedJson(rowKey)),
    async close() {
      await flush();
      await storing;
    },
    get batches() {
      return batches;
    },
  };
}

/** For dry runs: keeps the first rows, sends nothing, counts the batches there would be. */
export function createSample(options: { size: number; rowsPerBatch: number }): RowSink & {
  readonly rows: readonly string[];
} {
  const rows: string[] = [];
  let count = 0;
  const add = (json: () => string) => {
    count += 1;
    if (rows.length < options.size) rows.push(json());
  };
  return {
    rows,
    add: (row, change) => add(() => rowJson(row, change)),
    addRemoved: (rowKey) => add(() => removedJson(rowKey)),
    close: async () => {},
    get batches() {
      return Math.ceil(count / options.rowsPerBatch);
    },
  };
}

function heldDelivery(
  world: World,
  batch: { run: Run; number: number; rows: number; bytes: number },
): Delivery {
  const { run, number, rows, bytes } = batch;
  return {
    id: world.newId('dlv'),
    projectId: run.projectId,
    jobId: run.jobId,
    runId: run.id,
    templateId: run.templateId,
    claim: run.stagedClaim,
    type: 'import.records',
    number,
    rows,
    bytes,
    status: 'held',
    attemptCount: 0,
    attempts: [],
    nextAttemptAt: null,
    rowsRejected: 0,
    createdAt: world.now(),
    acknowledgedAt: null,
  };
}
