import { InletError } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { Job } from '../ports/model.js';
import { type Upload, type UploadRef, uploadRef } from '../ports/uploads.js';

const UPLOADS_AT_A_TIME = 50;

/**
 * Removes an upload with its files and its sheet. Rows that were delivered stay with the receiver.
 *
 * @throws InletError upload_not_found, upload_closed while a run sends its rows
 */
export async function removeUpload(context: Context, caller: Caller, uploadId: string): Promise<void> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  if (upload.status === 'delivering')
    throw new InletError('upload_closed', { detail: 'Its rows are being delivered.' });
  await removeWithContents(context, upload);
}

/** Removes all uploads of a job, and what is remembered of them. */
export async function removeUploadsOf(context: Pick<Context, 'store' | 'now'>, job: Job): Promise<void> {
  const { projectId, templateId, externalUserId } = job;
  const query = { templateId, externalUserId, limit: UPLOADS_AT_A_TIME };
  await context.store.fileMemories.removeOfUser({ projectId, templateId, externalUserId });
  for (;;) {
    const { items } = await context.store.uploads.list(projectId, query);
    for (const upload of items) await removeWithContents(context, upload);
    if (items.length < UPLOADS_AT_A_TIME) return;
  }
}

/** Can be repeated after a crash: the upload, which leads to everything else, is removed after its contents. */
export async function removeWithContents(
  context: Pick<Context, 'store' | 'now'>,
  upload: Upload,
): Promise<void> {
  const ref = uploadRef(upload);
  // Work on it stops.
  await context.store.uploads.change(ref, { changes: { status: 'cancelled' }, now: context.now() });
  await removeContents(context, ref);
  await context.store.uploads.remove(ref);
  // A process that received or scanned the file may still store something. It finds the upload gone and stops.
  await removeContents(context, ref);
}

/** Removes the files and the sheet of an upload. */
export async function removeContents({ store }: Pick<Context, 'store'>, ref: UploadRef): Promise<void> {
  await store.files.removeOfUpload(ref);
  await store.sheets.remove(ref);
}
