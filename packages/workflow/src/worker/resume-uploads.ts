import { InletError } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { startCheck } from '../uploads/check-upload.js';
import { startUploadRun } from '../uploads/finish-upload.js';
import { startScan } from '../uploads/scan-upload.js';

const MAX_RESUMED = 50;

/** Goes on with uploads whose process ended while it received, scanned, checked or finished them. */
export async function resumeUploads(context: Context): Promise<void> {
  const abandoned = await context.store.uploads.listAbandoned({ before: context.now(), limit: MAX_RESUMED });
  for (const upload of abandoned) {
    const ref = uploadRef(upload);
    if (upload.status === 'receiving') startScan(context, ref);
    else if (upload.status === 'checking') startCheck(context, ref);
    else {
      if (upload.status === 'delivering') await startAgain(context, upload);
      await context.store.uploads.endLease(ref, upload.leaseOwner ?? '');
    }
  }
}

async function startAgain(context: Context, upload: Upload): Promise<void> {
  try {
    await startUploadRun(context, upload);
  } catch (error) {
    // The person may finish again.
    if (!(error instanceof InletError) || error.code === 'unavailable') throw error;
    context.log.info({ uploadId: upload.id, code: error.code }, 'a finished upload went back to its review');
  }
}
