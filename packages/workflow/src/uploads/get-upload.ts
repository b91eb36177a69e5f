import type { Page, UploadView } from '@inlet/contracts';
import { findVisibleUpload, visibleOwner } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type Upload, type UploadsQuery, uploadRef } from '../ports/uploads.js';
import { startImport } from './continue-import.js';
import { isAbandoned, resumeUpload } from './resume-upload.js';
import { viewUpload } from './view-upload.js';

/** Steps of an import without a person follow each other faster than this. */
const STEP_MS = 5000;

/** Whether nobody takes an import without a person to its next step. */
const isLeft = ({ automation, updatedAt }: Upload, now: Date): boolean =>
  automation?.isEnded === false && now.getTime() - updatedAt.getTime() > STEP_MS;

export async function getUpload(
  context: Context,
  caller: Caller,
  { uploadId }: { uploadId: string },
): Promise<UploadView> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  // Somebody waits for it: that must not take as long as the next maintenance.
  if (isAbandoned(upload, context.now())) await resumeUpload(context, upload);
  if (isLeft(upload, context.now())) startImport(context, uploadRef(upload));
  return viewUpload(upload);
}

/** The uploads that the caller may see: a host all of its project, a user its own of the session's template. */
export async function listUploads(
  context: Context,
  caller: Caller,
  query: UploadsQuery,
): Promise<Page<UploadView>> {
  const page = await context.store.uploads.list(caller.projectId, { ...query, ...visibleOwner(caller) });
  return { ...page, items: page.items.map(viewUpload) };
}
