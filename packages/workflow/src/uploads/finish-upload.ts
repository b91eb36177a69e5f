import { InletError, type UploadView } from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { jobRef, runRef } from '../ports/model.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { newRun } from '../runs/new-run.js';
import { uploadExpiry } from './upload-expiry.js';
import { viewUpload } from './view-upload.js';

export interface FinishRequest {
  readonly uploadId: string;
  /** The one that the person saw. */
  readonly revision: number;
  readonly includeUnchanged: boolean;
}

/**
 * Starts the run that sends the rows of an upload. A second call for the same revision returns the upload with the run
 * of the first one.
 *
 * @throws InletError upload_changed, upload_closed, upload_has_errors, template_no_destination, run_already_active
 */
export async function finishUpload(
  context: Context,
  caller: Caller,
  { uploadId, revision, includeUnchanged }: FinishRequest,
): Promise<UploadView> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  const isOpen = upload.status === 'needs_review' && upload.revision === revision;
  if (upload.finish?.revision === revision && !isOpen) return viewUpload(upload);
  if (upload.revision !== revision) throw new InletError('upload_changed');
  if (upload.status !== 'needs_review')
    throw new InletError('upload_closed', { detail: `Its status is ${upload.status}.` });
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  const { invalid } = upload.counts;
  if (invalid > 0 && !template.allowPartial)
    throw new InletError('upload_has_errors', { detail: `${invalid} rows have errors.` });
  if (!template.destination) throw new InletError('template_no_destination');
  const begun = await beginFinish(context, upload, { includeUnchanged });
  if (begun.kind === 'changed')
    return finishUpload(context, caller, { uploadId, revision, includeUnchanged });
  if (begun.kind === 'refused') throw begun.error;
  return viewUpload(begun.upload);
}

export type BegunFinish =
  | { readonly kind: 'begun'; readonly upload: Upload }
  /** Somebody was faster. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly error: InletError };

/** Stores that the rows of the present revision will be sent, and starts the run that does it. */
export async function beginFinish(
  context: Context,
  upload: Upload,
  { includeUnchanged }: { readonly includeUnchanged: boolean },
): Promise<BegunFinish> {
  const { revision } = upload;
  const finish = { revision, runId: context.newId('run'), includeUnchanged };
  const begun = await context.store.uploads.change(uploadRef(upload), {
    changes: {
      status: 'delivering',
      finish,
      runIds: [...upload.runIds, finish.runId],
      error: null,
      expiresAt: await uploadExpiry(context, upload.projectId),
    },
    condition: { revision, statuses: ['needs_review'] },
    now: context.now(),
  });
  if (!begun) return { kind: 'changed' };
  const error = await startUploadRun(context, begun);
  return error ? { kind: 'refused', error } : { kind: 'begun', upload: begun };
}

/**
 * Creates the run of a finished upload and queues it. If this process ends in between, maintenance calls it again.
 * Returns the reason if it cannot start; then the person may finish again.
 */
export async function startUploadRun(context: Context, upload: Upload): Promise<InletError | null> {
  const { finish, projectId } = upload;
  if (finish === null) return null;
  const [job, template] = await Promise.all([
    context.store.jobs.get(upload),
    context.store.templates.get(upload),
  ]);
  const known = await context.store.runs.get({ projectId, runId: finish.runId });
  if (!job || !template) return takeFinishBack(context, upload, new InletError('template_not_found'));
  const run =
    known ??
    newRun(
      context,
      { job, template },
      {
        trigger: 'upload',
        id: finish.runId,
        upload: { uploadId: upload.id, ...finish },
        mapping: upload.mapping,
        columns: upload.columns,
        extra: upload.extra,
      },
    );
  if (!known) await context.store.runs.insert(run);
  const isActive =
    job.activeRunId === run.id ||
    (await context.store.jobs.setActiveRun(jobRef(job), { runId: run.id, tick: null })) !== null;
  if (!isActive) {
    await context.store.runs.remove(runRef(run), { owner: null });
    return takeFinishBack(context, upload, new InletError('run_already_active'));
  }
  await context.queue.setRun({ projectId, runId: run.id, at: context.now() });
  return null;
}

async function takeFinishBack(context: Context, upload: Upload, error: InletError): Promise<InletError> {
  await context.store.uploads.change(uploadRef(upload), {
    changes: {
      status: 'needs_review',
      finish: null,
      runIds: upload.runIds.filter((id) => id !== upload.finish?.runId),
    },
    condition: { revision: upload.revision, statuses: ['delivering'] },
    now: context.now(),
  });
  return error;
}

/** Stops an upload for good. Its rows and files stay until it expires. */
export async function cancelUpload(context: Context, caller: Caller, uploadId: string): Promise<UploadView> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  const changed = await context.store.uploads.change(uploadRef(upload), {
    changes: { status: 'cancelled' },
    condition: { statuses: ['receiving', 'mapping', 'checking', 'needs_review', 'unreadable', 'cancelled'] },
    now: context.now(),
  });
  if (!changed) throw new InletError('upload_closed', { detail: `Its status is ${upload.status}.` });
  return viewUpload(changed);
}
