import { isFinished, NO_SHEET_COUNTS } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { UNFINISHED_UPLOADS, type Upload, uploadRef } from '../ports/uploads.js';
import { startImport } from '../uploads/continue-import.js';
import { endUploadDelivery } from '../uploads/end-upload-delivery.js';
import { startUploadRun } from '../uploads/finish-upload.js';
import { removeContents, removeWithContents } from '../uploads/remove-upload.js';
import { resumeUpload } from '../uploads/resume-upload.js';
import { uploadExpiry } from '../uploads/upload-expiry.js';

const UPLOADS_AT_A_TIME = 100;

/** Goes on with uploads whose process died, and removes those whose time is over. */
export async function maintainUploads(context: Context, signal: AbortSignal): Promise<void> {
  const { store, settings } = context;
  const now = context.now();
  const limit = UPLOADS_AT_A_TIME;
  for (const upload of await store.uploads.listAbandoned({ before: now, limit }))
    await resumeUpload(context, upload);
  const before = new Date(now.getTime() - settings.leaseMs);
  for (const upload of await store.uploads.listDelivering({ before, limit })) {
    if (signal.aborted) return;
    await recoverDelivery(context, upload);
  }
  for (const upload of await store.uploads.listAutomatic({ before, limit }))
    startImport(context, uploadRef(upload));
  for (const upload of await store.uploads.listExpired({ before: now, limit })) {
    if (signal.aborted) return;
    await expire(context, upload);
  }
}

/** The process may have died before it had made the run, or before it took the end of the run over. */
async function recoverDelivery(context: Context, upload: Upload): Promise<void> {
  const { projectId, finish } = upload;
  if (finish === null) return;
  const run = await context.store.runs.get({ projectId, runId: finish.runId });
  if (run === null) await startUploadRun(context, upload);
  else if (isFinished(run.outcome) && run.upload && run.ending)
    await endUploadDelivery(context, { run, upload: run.upload, ending: run.ending });
}

/**
 * An upload that nobody finished loses its contents and is kept for as long again, so that people see what became of it.
 * Others are removed.
 */
async function expire(context: Context, upload: Upload): Promise<void> {
  const ref = uploadRef(upload);
  if (!UNFINISHED_UPLOADS.includes(upload.status)) return removeWithContents(context, upload);
  const isDelivering = upload.status === 'delivering';
  const expired = await context.store.uploads.change(ref, {
    changes: {
      expiresAt: await uploadExpiry(context, upload.projectId),
      ...(!isDelivering && {
        status: 'expired' as const,
        counts: NO_SHEET_COUNTS,
        contentsRemovedAt: context.now(),
      }),
    },
    condition: { statuses: [upload.status], revision: upload.revision },
    now: context.now(),
  });
  if (expired && !isDelivering) await removeContents(context, ref);
}
