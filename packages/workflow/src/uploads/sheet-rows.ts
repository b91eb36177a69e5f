import {
  InletError,
  type IssueGroups,
  type Operation,
  type SheetPatch,
  type SheetQuery,
  type SheetRows,
} from '@inlet/contracts';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { EditOutcome, SheetState } from '../ports/sheets.js';
import { uploadRef } from '../ports/uploads.js';
import { requireContents } from './require-contents.js';
import { templateOfUpload } from './template-of-upload.js';

/** The sheet of an upload whose mapping is confirmed. @throws InletError upload_not_found, upload_closed, upload_not_mapped */
export async function findSheet(context: Context, caller: Caller, uploadId: string): Promise<SheetState> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  requireContents(upload);
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
  return context.sheets.edit(await findEditableSheet(context, caller, uploadId), patch);
}

/** @throws InletError upload_not_found, upload_not_mapped, upload_closed */
export async function findEditableSheet(
  context: Context,
  caller: Caller,
  uploadId: string,
): Promise<SheetState> {
  const sheet = await findSheet(context, caller, uploadId);
  const { status } = sheet.upload;
  if (status !== 'checking' && status !== 'needs_review')
    throw new InletError('upload_closed', { detail: `Its status is ${status}.` });
  return sheet;
}

export interface SheetOperationRef {
  readonly uploadId: string;
  readonly operationId: string;
}

/** @throws InletError upload_not_found, operation_not_found */
export async function getSheetOperation(
  context: Context,
  caller: Caller,
  { uploadId, operationId }: SheetOperationRef,
): Promise<Operation> {
  const upload = uploadRef(await findVisibleUpload(context, caller, uploadId));
  return found(context.sheets.operation(upload, operationId));
}

/** Asks an operation to stop. @throws InletError upload_not_found, operation_not_found */
export async function cancelSheetOperation(
  context: Context,
  caller: Caller,
  { uploadId, operationId }: SheetOperationRef,
): Promise<Operation> {
  const upload = uploadRef(await findVisibleUpload(context, caller, uploadId));
  return found(context.sheets.cancelOperation(upload, operationId));
}

function found(operation: Operation | null): Operation {
  if (operation === null) throw new InletError('operation_not_found');
  return operation;
}
