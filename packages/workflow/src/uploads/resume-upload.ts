import type { Context } from '../ports/context.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { startCheck } from './check-upload.js';
import { startScan } from './scan-upload.js';

/** Whether the process that worked on an upload has ended before the work did. */
export const isAbandoned = ({ leaseUntil }: Upload, now: Date): boolean =>
  leaseUntil !== null && leaseUntil < now;

/** Scans or checks an abandoned upload again; with no work left, ends the lease of the dead process. */
export async function resumeUpload(context: Context, upload: Upload): Promise<void> {
  const ref = uploadRef(upload);
  if (upload.status === 'receiving') startScan(context, ref);
  else if (upload.status === 'checking') startCheck(context, ref);
  else if (upload.leaseOwner !== null) await context.store.uploads.endLease(ref, upload.leaseOwner);
}
