import { NO_SHEET_COUNTS, type UploadView, type WidgetUploadInput } from '@inlet/contracts';
import { columnsOf, findTemplate, type GivenOwner, ownerOfNewJob } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { findOrCreateUploadJob } from '../jobs/upload-job.js';
import type { Context } from '../ports/context.js';
import type { Upload } from '../ports/uploads.js';
import { checkSpace, checkUserLimits } from './upload-limits.js';
import { viewUpload } from './view-upload.js';

/** A host names the owner; for a user it comes from the session. */
export type CreateUploadInput = WidgetUploadInput & GivenOwner;

const DAY_MS = 86_400_000;
/** How long a transfer may take. */
const TRANSFER_MS = DAY_MS;
/** How long an upload is kept after it was last touched. */
const KEEP_MS = 30 * DAY_MS;

/** The end of an upload that nobody touches any more, from now. */
export const uploadExpiry = ({ now }: Pick<Context, 'now'>): Date => new Date(now().getTime() + KEEP_MS);

/** Begins an upload, which has no file yet. */
export async function createUpload(
  context: Context,
  caller: Caller,
  input: CreateUploadInput,
): Promise<UploadView> {
  const owner = ownerOfNewJob(caller, input);
  const template = await findTemplate(context, caller, owner.templateId);
  await checkUserLimits(context, { projectId: caller.projectId, externalUserId: owner.externalUserId });
  await checkSpace(context, caller.projectId);
  const now = context.now();
  const job = await findOrCreateUploadJob(context, {
    projectId: caller.projectId,
    template,
    externalUserId: owner.externalUserId,
  });
  const upload: Upload = {
    id: context.newId('upl'),
    projectId: caller.projectId,
    templateId: template.id,
    externalUserId: owner.externalUserId,
    jobId: job.id,
    origin: caller.user ? 'person' : 'api',
    label: input.label ?? template.name,
    locale: input.locale ?? caller.user?.locale ?? null,
    extra: owner.extra,
    columns: columnsOf(caller, null),
    status: 'receiving',
    files: [],
    header: null,
    headings: [],
    mapping: null,
    counts: NO_SHEET_COUNTS,
    scan: 0,
    isScanned: false,
    revision: 0,
    lastEditId: null,
    finish: null,
    runIds: [],
    error: null,
    leaseOwner: null,
    leaseUntil: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(now.getTime() + TRANSFER_MS),
  };
  await context.store.uploads.insert(upload);
  return viewUpload(upload);
}
