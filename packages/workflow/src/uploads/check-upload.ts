import type { Context } from '../ports/context.js';
import { type UploadRef, uploadRef } from '../ports/uploads.js';
import { templateOfUpload } from './template-of-upload.js';
import { type UploadLease, withUploadLease } from './upload-lease.js';

/** Checks all rows of an upload in this process, unless some process does it already. */
export function startCheck(context: Context, ref: UploadRef): void {
  context.background.start(`check ${ref.uploadId}`, (stopSignal) =>
    withUploadLease(context, ref, { stopSignal, body: (lease) => checkUpload(context, lease) }),
  );
}

/** Returns true if the mapping was chosen again, or a cell edited, during the check. */
async function checkUpload(context: Context, { upload, signal }: UploadLease): Promise<boolean> {
  if (upload.status !== 'checking') return false;
  const template = await templateOfUpload(context, upload);
  const counts = await context.sheets.check({ upload, template }, { signal });
  const changed = await context.store.uploads.change(uploadRef(upload), {
    changes: { counts: { ...upload.counts, ...counts }, status: 'needs_review' },
    condition: { revision: upload.revision, statuses: ['checking'] },
    now: context.now(),
  });
  return changed === null;
}
