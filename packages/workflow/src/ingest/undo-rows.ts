import type { DeliveredRow } from '@inlet/contracts';
import { ItemState } from '@inlet/pipeline';
import { readRejectedRowKeys } from '../outbox/rejected-rows.js';
import type { Context } from '../ports/context.js';
import { deliveryRef, jobRef, type Run } from '../ports/model.js';
import { listAllDeliveries } from '../runs/list-all-deliveries.js';
import { parseRows } from './row-json.js';

type ReadsStore = Pick<Context, 'store'>;

/**
 * A row of a run and how to take it back. `removed`: it was new. `restored`: it was changed, and these are its earlier
 * values. `sentAgain`: a later run has sent it, so it stays. `valuesUnknown`: it was changed, and its earlier values are
 * no longer stored.
 */
export type UndoRow =
  | { readonly kind: 'removed' | 'sentAgain' | 'valuesUnknown'; readonly row: DeliveredRow }
  | { readonly kind: 'restored'; readonly row: DeliveredRow & { readonly values: object } };

/**
 * The accepted rows of a run as an undo takes them back, from the deliveries that are still stored. Rows that an earlier
 * undo of the run has taken back are left out. Memory grows by some bytes for each row, not by its values.
 */
export async function* undoRows(context: ReadsStore, run: Run): AsyncGenerator<UndoRow> {
  const { sentAgain, isUndone } = await findLaterRows(context, run);
  const changed = createRowKeys();
  for await (const row of acceptedRows(context, run)) {
    if (isUndone(row.rowKey)) continue;
    const isNew = row.change === 'created';
    if (!isNew && row.change !== 'updated') continue;
    if (sentAgain.has(row.rowKey)) yield { kind: 'sentAgain', row };
    else if (isNew) yield { kind: 'removed', row };
    else changed.add(row.rowKey);
  }
  if (changed.size === 0) return;
  const restored = createRowKeys();
  for await (const row of earlierRows(context, run)) {
    if (restored.size === changed.size) break;
    const { rowKey, values } = row;
    if (values === null || !changed.has(rowKey) || restored.has(rowKey)) continue;
    restored.add(rowKey);
    yield { kind: 'restored', row: { ...row, values } };
  }
  if (restored.size === changed.size) return;
  for await (const row of acceptedRows(context, run))
    if (changed.has(row.rowKey) && !restored.has(row.rowKey)) yield { kind: 'valuesUnknown', row };
}

interface LaterRows {
  /** Rows that a later run has sent, and that were not taken back since. */
  readonly sentAgain: RowKeys;
  readonly isUndone: (rowKey: string) => boolean;
}

async function findLaterRows(context: ReadsStore, run: Run): Promise<LaterRows> {
  const sentAgain = createRowKeys();
  /** Rows that undo runs have taken back, by the id of the run that they undo. */
  const takenBack = new Map<string, RowKeys>();
  for await (const later of runsOfJob(context, run)) {
    if (later.id <= run.id) break;
    const isOfUndo = later.undoes !== null;
    const taken = takenBack.get(later.undoes ?? later.id) ?? createRowKeys();
    if (isOfUndo) takenBack.set(later.undoes, taken);
    for await (const { rowKey } of acceptedRows(context, later)) {
      if (isOfUndo) taken.add(rowKey);
      else if (!taken.has(rowKey)) sentAgain.add(rowKey);
    }
  }
  return { sentAgain, isUndone: (rowKey) => takenBack.get(run.id)?.has(rowKey) === true };
}

/** The rows of all runs before a run, the newest run first. */
async function* earlierRows(context: ReadsStore, run: Run): AsyncGenerator<DeliveredRow> {
  for await (const earlier of runsOfJob(context, run))
    if (earlier.id < run.id) yield* acceptedRows(context, earlier);
}

const RUNS_AT_A_TIME = 50;

/** All runs of the job of a run that were not dry runs, the newest first. */
async function* runsOfJob({ store }: ReadsStore, run: Run): AsyncGenerator<Run> {
  const job = jobRef({ projectId: run.projectId, id: run.jobId });
  for (let cursor: string | undefined; ; ) {
    const page = await store.runs.listOfJob(job, { limit: RUNS_AT_A_TIME, cursor });
    for (const each of page.items) if (!each.isDryRun) yield each;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

/** The rows of a run that the receiver has accepted and that are still stored. */
async function* acceptedRows(context: ReadsStore, run: Run): AsyncGenerator<DeliveredRow> {
  for await (const delivery of listAllDeliveries(context, run)) {
    const { type, status, replayOf, rowsRejected } = delivery;
    if (type !== 'import.records' || status !== 'acknowledged' || replayOf !== null) continue;
    const body = await context.store.deliveries.body(deliveryRef(delivery));
    if (!body) continue;
    const rows = parseRows(body);
    if (rowsRejected === 0) {
      yield* rows;
      continue;
    }
    const rejected = await readRejectedRowKeys(context, { run, delivery });
    for (const row of rows) if (!rejected.has(row.rowKey)) yield row;
  }
}

interface RowKeys {
  readonly size: number;
  add(rowKey: string): void;
  has(rowKey: string): boolean;
}

const NO_CONTENT = '\u0000'.repeat(8);

/** A set of row keys in packed form: there may be millions of them. */
function createRowKeys(): RowKeys {
  const items = ItemState.empty();
  return {
    get size() {
      return items.size;
    },
    add: (rowKey) => void items.compare(rowKey, NO_CONTENT, { day: 0 }),
    has: (rowKey) => items.hasSeen(rowKey),
  };
}
