import { InletError, type UploadStatus, type UploadView } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type FileRef, type Upload, uploadRef } from '../ports/uploads.js';
import { startScan } from './scan-upload.js';
import { viewUpload } from './view-upload.js';

/** Statuses before the mapping is confirmed. */
const CHANGEABLE: readonly UploadStatus[] = ['receiving', 'mapping', 'unreadable'];

/**
 * Removes a file from an upload whose mapping is not confirmed yet. The other files are read again.
 *
 * @throws InletError upload_not_found, upload_file_not_found, upload_not_receiving
 */
export async function removeFile(
  context: Context,
  caller: Caller,
  { uploadId, fileId }: { readonly uploadId: string; readonly fileId: string },
): Promise<UploadView> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  return viewUpload(await takeFile(context, { ...uploadRef(upload), fileId }));
}

/** Takes a file out of its upload. Nothing that was read of it counts. */
export async function takeFile(context: Context, file: FileRef): Promise<Upload> {
  for (;;) {
    const upload = await context.store.uploads.get(file);
    if (!upload) throw new InletError('upload_not_found');
    if (!CHANGEABLE.includes(upload.status)) throw new InletError('upload_not_receiving');
    const at = upload.files.findIndex(({ id }) => id === file.fileId);
    if (at < 0) throw new InletError('upload_file_not_found');
    const { revision, scan } = upload;
    const changed = await context.store.uploads.change(file, {
      changes: {
        status: 'receiving',
        isScanned: false,
        error: null,
        rejections: null,
        scan: scan + 1,
        revision: revision + 1,
        // The headings are those of the first file.
        ...(at === 0 && { header: null, headings: [], mapping: null, customColumns: [] }),
      },
      removedFileId: file.fileId,
      condition: { revision, scan, statuses: CHANGEABLE },
      now: context.now(),
    });
    if (!changed) continue;
    await context.store.files.remove(file);
    if (changed.files.length > 0) startScan(context, file);
    return changed;
  }
}
