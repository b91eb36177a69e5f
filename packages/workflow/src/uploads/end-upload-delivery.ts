import type { Context } from '../ports/context.js';
import type { Run, RunUpload } from '../ports/model.js';
import type { StoredRejections } from '../ports/sheets.js';
import type { Upload } from '../ports/uploads.js';
import { findRejectedRows } from './find-rejected-rows.js';
import { endAutomation, notifyNeedsReview } from './notify-needs-review.js';
import { removeContents } from './remove-upload.js';
import { templateOfUpload } from './template-of-upload.js';
import { uploadExpiry } from './upload-expiry.js';

export interface DeliveredUpload {
  readonly run: Run;
  readonly upload: RunUpload;
  readonly ending: Pick<Run, 'outcome' | 'counts' | 'error'>;
}

/**
 * Takes the end of its run over to the upload: all rows are delivered, or the person decides what to do about those that
 * are not. Can be repeated.
 */
export async function endUploadDelivery(
  context: Context,
  { run, upload: { uploadId }, ending }: DeliveredUpload,
): Promise<void> {
  const ref = { projectId: run.projectId, uploadId };
  const stored = await context.store.uploads.get(ref);
  if (stored?.status !== 'delivering' || stored.finish?.runId !== run.id) return;
  const { outcome, counts, error } = ending;
  const isSent = outcome === 'succeeded' || outcome === 'unchanged' || outcome === 'succeeded_with_issues';
  const isDelivered = isSent && counts.rowsRejected === 0 && stored.counts.invalid === 0;
  const rejected = counts.rowsRejected > 0 ? await storeRejections(context, { run, upload: stored }) : null;
  // Before the status: if this process dies in between, both are done again.
  const isRemoved = isDelivered && (await removesDelivered(context, run.projectId));
  if (isRemoved) await removeContents(context, ref);
  const ended = await context.store.uploads.change(ref, {
    changes: {
      status: isDelivered ? 'completed' : 'needs_review',
      counts: {
        ...stored.counts,
        ...rejected?.counts,
        delivered: stored.counts.delivered + counts.rowsAcknowledged,
      },
      error,
      ...(isRemoved && { contentsRemovedAt: context.now() }),
      expiresAt: await uploadExpiry(context, run.projectId),
      ...(rejected && { rejections: rejected.rejections, revision: stored.revision + 1 }),
    },
    condition: { statuses: ['delivering'], revision: stored.revision },
    now: context.now(),
  });
  if (ended?.status === 'completed') await endAutomation(context, ended);
  else if (ended) await notifyNeedsReview(context, ended);
}

async function removesDelivered({ store }: Pick<Context, 'store'>, projectId: string): Promise<boolean> {
  const found = await store.projects.get(projectId);
  return found?.project.retention.deleteWhenDelivered === true;
}

/** Marks the rows that the receiver has rejected in the sheet; null if none of them is known any more. */
async function storeRejections(
  context: Context,
  { run, upload }: { readonly run: Run; readonly upload: Upload },
): Promise<StoredRejections | null> {
  const rows = await findRejectedRows(context, run);
  if (rows.length === 0) return null;
  return context.sheets.storeRejections({ upload, template: await templateOfUpload(context, upload) }, rows);
}
