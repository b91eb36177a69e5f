import {
  type Column,
  InletError,
  NO_SHEET_COUNTS,
  type UploadView,
  type WidgetUploadInput,
} from '@inlet/contracts';
import { columnsOf, findTemplate, type GivenOwner, ownerOfNewJob } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import { findOrCreateUploadJob } from '../jobs/upload-job.js';
import type { Context } from '../ports/context.js';
import { type Upload, uploadRef } from '../ports/uploads.js';
import { withColumns } from '../templates/with-columns.js';
import { startCheck } from './check-upload.js';
import { checkGivenRows, type GivenRows, storeGivenRows } from './given-rows.js';
import { uploadExpiry } from './upload-expiry.js';
import { checkSpace, checkUserLimits } from './upload-limits.js';
import { viewUpload } from './view-upload.js';

/** A host names the owner; for a user it comes from the session. */
export type CreateUploadInput = WidgetUploadInput & GivenOwner;

const DAY_MS = 86_400_000;
/** How long a transfer may take. */
const TRANSFER_MS = DAY_MS;

/**
 * Begins an upload: one that files are added to, or one with the given rows, which are checked at once.
 *
 * @throws InletError user_unknown, template_not_found, upload_limit_reached, upload_quota, invalid_request,
 * source_too_large
 */
export async function createUpload(
  context: Context,
  caller: Caller,
  input: CreateUploadInput,
): Promise<UploadView> {
  const owner = ownerOfNewJob(caller, input);
  const template = await findTemplate(context, caller, owner.templateId);
  const columns = columnsOf(caller, null);
  const used = withColumns(template, columns);
  if (input.rows) checkGivenRows(input.rows, { ...used, maxRows: template.limits.maxRecords });
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
    columns,
    status: 'receiving',
    files: [],
    header: null,
    headings: [],
    mapping: null,
    customColumns: [],
    counts: NO_SHEET_COUNTS,
    scan: 0,
    isScanned: false,
    revision: 0,
    lastEditId: null,
    finish: null,
    rejections: null,
    runIds: [],
    undoneRunIds: [],
    contentsRemovedAt: null,
    error: null,
    automation: null,
    reviewLinks: [],
    leaseOwner: null,
    leaseUntil: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: new Date(now.getTime() + TRANSFER_MS),
  };
  await context.store.uploads.insert(upload);
  if (!input.rows) return viewUpload(upload);
  return viewUpload(await fillUpload(context, upload, { rows: input.rows, columns: used.columns }));
}

async function fillUpload(
  context: Context,
  upload: Upload,
  given: { readonly rows: GivenRows; readonly columns: readonly Column[] },
): Promise<Upload> {
  const ref = uploadRef(upload);
  const filled = await context.store.uploads.change(ref, {
    changes: {
      ...(await storeGivenRows(context, ref, given)),
      expiresAt: await uploadExpiry(context, upload.projectId),
    },
    condition: { statuses: ['receiving'], scan: 0 },
    now: context.now(),
  });
  if (!filled) throw new InletError('upload_not_found');
  startCheck(context, ref);
  return filled;
}
