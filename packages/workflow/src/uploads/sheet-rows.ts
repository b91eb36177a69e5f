import {
  InletError,
  type IssueGroups,
  type SheetPatch,
  type SheetQuery,
  type SheetRows,
} from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { EditOutcome, SheetState } from '../ports/sheets.js';
import { templateOfUpload } from './template-of-upload.js';

/** The sheet of an upload whose mapping is confirmed. @throws InletError upload_not_found, upload_not_mapped */
async function findSheet(context: Context, caller: Caller, uploadId: string): Promise<SheetState> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  if (upload.mapping === null || !upload.isScanned) throw new InletError('upload_not_mapped');
  return { upload, template: await templateOfUpload(context, upload) };
}

export async function listSheetRows(
  context: Context,
  caller: Caller,
  { uploadId, query }: { uploadId: string; query: SheetQuery },
): Promise<SheetRows> {
  return context.sheets.rows(await findSheet(context, caller, uploadId), query);
}

export async function listSheetIssues(
  context: Context,
  caller: Caller,
  uploadId: string,
): Promise<IssueGroups> {
  return context.sheets.issues(await findSheet(context, caller, uploadId));
}

/** Changes cells and rows. @throws InletError upload_closed, upload_not_mapped, upload_changed */
export async function editSheet(
  context: Context,
  caller: Caller,
  { uploadId, patch }: { uploadId: string; patch: SheetPatch },
): Promise<EditOutcome> {
  const sheet = await findSheet(context, caller, uploadId);
  const { status } = sheet.upload;
  if (status !== 'checking' && status !== 'needs_review')
    throw new InletError('upload_closed', { detail: `Its status is ${status}.` });
  return context.sheets.edit(sheet, patch);
}
