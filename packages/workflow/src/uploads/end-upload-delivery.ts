import type { Context } from '../ports/context.js';
import type { Run, RunUpload } from '../ports/model.js';
import { uploadExpiry } from './create-upload.js';

export interface DeliveredUpload {
  readonly run: Pick<Run, 'id' | 'projectId'>;
  readonly upload: RunUpload;
  readonly ending: Pick<Run, 'outcome' | 'counts' | 'error'>;
}

/**
 * Takes the end of its run over to the upload: all rows are delivered, or the person decides what to do about those that
 * are not. Can be repeated.
 */
export async function endUploadDelivery(
  context: Context,
  { run: { id: runId, projectId }, upload: { uploadId }, ending }: DeliveredUpload,
): Promise<void> {
  const ref = { projectId, uploadId };
  const stored = await context.store.uploads.get(ref);
  if (stored?.status !== 'delivering' || stored.finish?.runId !== runId) return;
  const { outcome, counts, error } = ending;
  const isSent = outcome === 'succeeded' || outcome === 'unchanged' || outcome === 'succeeded_with_issues';
  const isDelivered = isSent && counts.rowsRejected === 0 && stored.counts.invalid === 0;
  await context.store.uploads.change(ref, {
    changes: {
      status: isDelivered ? 'completed' : 'needs_review',
      counts: { ...stored.counts, delivered: stored.counts.delivered + counts.rowsAcknowledged },
      error,
      expiresAt: uploadExpiry(context),
    },
    condition: { statuses: ['delivering'], revision: stored.revision },
    now: context.now(),
  });
}
