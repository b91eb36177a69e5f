import { type FinishPlan, InletError } from '@inlet/contracts';
import type { Caller } from '../access/caller.js';
import { comparedBy, hasKnownRows, ingestSheet } from '../ingest/ingest-sheet.js';
import type { BatchSink } from '../ingest/ingest-source.js';
import { parseRows } from '../ingest/row-json.js';
import type { Context } from '../ports/context.js';
import { newRun } from '../runs/new-run.js';
import { findSheet } from './sheet-rows.js';

export interface PlanRequest {
  readonly uploadId: string;
  readonly signal: AbortSignal;
}

/**
 * Compares the valid rows as finishing does, and sends nothing.
 *
 * @throws InletError upload_not_found, upload_not_mapped, upload_changed
 */
export async function planFinish(
  context: Context,
  caller: Caller,
  { uploadId, signal }: PlanRequest,
): Promise<FinishPlan> {
  const { upload, template } = await findSheet(context, caller, uploadId);
  const job = await context.store.jobs.get(upload);
  if (!job) throw new InletError('job_not_found');
  const { revision, status, counts: checked } = upload;
  // With nothing to compare with, all rows are new.
  if (status === 'needs_review' && !hasKnownRows(job, comparedBy(template, uploadId)))
    return { revision, created: checked.valid, updated: 0, unchanged: 0, blankWouldClear: 0 };
  const ofUpload = { uploadId, revision, includeUnchanged: false };
  const { about } = newRun(context, { job, template }, { trigger: 'upload', upload: ofUpload });
  const mapped = new Set(upload.mapping?.map(({ column }) => column));
  const blanks = createBlankCount(mapped);
  const { counts } = await ingestSheet(context, {
    job,
    template,
    upload: ofUpload,
    about,
    batches: blanks,
    issues: { add: async () => {}, clear: async () => {}, close: async () => {} },
    signal,
    onProgress: () => {},
  });
  const { created, updated, unchanged } = counts;
  return { revision, created, updated, unchanged, blankWouldClear: blanks.count };
}

/** Counts the blank cells of mapped columns in rows that the receiver knows with other values. */
function createBlankCount(mapped: ReadonlySet<string>): BatchSink & { readonly count: number } {
  let count = 0;
  return {
    get count() {
      return count;
    },
    add({ body }, recycle) {
      if (body.includes('"change":"updated"'))
        for (const { change, values } of parseRows(body))
          if (change === 'updated')
            count += Object.entries(values ?? {}).filter(
              ([key, value]) => value === null && mapped.has(key),
            ).length;
      recycle();
    },
    clear() {
      count = 0;
    },
    close: async () => {},
  };
}
