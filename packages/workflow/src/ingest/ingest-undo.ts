import { InletError, type Issue, NO_COUNTS, type RunIssue, type Template } from '@inlet/contracts';
import { ItemState } from '@inlet/pipeline';
import { batchLimits } from '../outbox/batch-limits.js';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';
import { createBatchWriter } from './batch-writer.js';
import type { IngestedRows, IngestOptions } from './ingest-source.js';
import { loadItems } from './load-items.js';
import { removedJson, restoredJson } from './row-json.js';
import { type UndoRow, undoRows } from './undo-rows.js';

const DAY_MS = 86_400_000;
const PROGRESS_ROWS = 1024;

export interface IngestUndoOptions extends Omit<IngestOptions, 'job' | 'acceptsCut'> {
  readonly job: Job;
  readonly template: Template;
  /** The run to take back. */
  readonly undoes: string;
}

/**
 * Passes the rows that take a run back to `batches`, and lists those that stay as issues. The items of removed rows are
 * forgotten and those of restored ones count as changed, so that the same file is sent again like the first time.
 */
export async function ingestUndo(context: Context, options: IngestUndoOptions): Promise<IngestedRows> {
  const { job, undoes, template, about, batches, issues, signal, onProgress } = options;
  const run = await context.store.runs.get({ projectId: job.projectId, runId: undoes });
  if (run === null) throw new InletError('run_not_found');
  const today = Math.floor(context.now().getTime() / DAY_MS);
  const items = ItemState.parse((await loadItems(context, { ...job, jobId: job.id })) ?? []);
  // The items of another upload are other ones, though some may have the same key.
  const hasItems = job.fetchState.rowIdentity?.by === run.fetchStateAfter?.rowIdentity?.by;
  const writer = createBatchWriter(batchLimits(context, { job, template, about }));
  const counts = { ...NO_COUNTS };
  const flush = async () => {
    if (writer.rows === 0) return;
    counts.batches += 1;
    const { rows } = writer;
    const body = writer.take();
    await batches.add({ kind: 'batch', rows, body }, () => writer.recycle(body));
  };
  const send = async (json: string) => {
    if (writer.add(json)) return;
    await flush();
    writer.add(json);
  };
  const version = job.runCount;
  const take = async ({ kind, row }: UndoRow) => {
    const { rowKey, values, blank } = row;
    if (kind === 'removed') {
      counts.removed += 1;
      if (hasItems) items.forget(rowKey);
      await send(removedJson(rowKey, version));
    } else if (kind === 'restored') {
      counts.updated += 1;
      if (hasItems) items.forgetContent(rowKey, today);
      await send(restoredJson({ rowKey, version, values, blank }));
    } else {
      counts.unchanged += 1;
      counts.warnings += 1;
      counts.issues += 1;
      await issues.add([leftRow({ kind, row })]);
    }
  };
  try {
    for await (const row of undoRows(context, run)) {
      signal.throwIfAborted();
      counts.records += 1;
      counts.valid += 1;
      await take(row);
      if (counts.records % PROGRESS_ROWS === 0) onProgress({ ...counts });
    }
    await flush();
    await Promise.all([batches.close(), issues.close()]);
  } finally {
    // Nothing may still be on its way to the store when another worker takes over the run.
    await Promise.allSettled([batches.close()]);
  }
  const knownItems = items.size;
  return { counts, warnings: [], items: items.pack(), knownItems, fetchState: job.fetchState };
}

const LEFT: Readonly<Record<'sentAgain' | 'valuesUnknown', Pick<Issue, 'code' | 'message'>>> = {
  sentAgain: {
    code: 'undo_sent_again',
    message: 'A later import has sent this row again, so it stays as it is.',
  },
  valuesUnknown: {
    code: 'undo_values_unknown',
    message: 'The earlier values of this row are no longer stored, so it stays as it is.',
  },
};

interface LeftRow {
  readonly kind: keyof typeof LEFT;
  readonly row: UndoRow['row'];
}

const leftRow = ({ kind, row: { rowKey, record } }: LeftRow): RunIssue => ({
  ...LEFT[kind],
  columnKey: null,
  severity: 'warning',
  record: record ?? 0,
  rowKey,
});
