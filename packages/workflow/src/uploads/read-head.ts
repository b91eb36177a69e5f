import { InletError, type UploadHead, type UploadHeadQuery } from '@inlet/contracts';
import { proposeHeader, type Table, type TableRow } from '@inlet/pipeline';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import type { Upload } from '../ports/uploads.js';
import { HEAD_ROWS } from './describe-headings.js';
import { openUploadedTable, type TableChoice } from './open-uploaded-table.js';
import { requireContents } from './require-contents.js';

const SHOWN_ROWS = 20;
const SHOWN_CHARS = 500;

/** The first rows of a file as they would be read with other choices. Reads the kept bytes and changes nothing. */
export async function readUploadHead(
  context: Context,
  caller: Caller,
  { uploadId, query, signal }: { uploadId: string; query: UploadHeadQuery; signal: AbortSignal },
): Promise<UploadHead> {
  const upload = await findVisibleUpload(context, caller, uploadId);
  requireContents(upload);
  const { fileId = upload.files[0]?.id, ...choice } = query;
  return withTableHead(context, { upload, fileId, choice, signal }, ({ table, rows }) => ({
    fileId: fileId ?? '',
    format: table.format,
    encoding: table.encoding,
    delimiter: table.delimiter,
    worksheet: table.worksheet,
    rows: rows.slice(0, SHOWN_ROWS).map(({ row, isHidden = false, cells }) => ({
      row,
      isHidden,
      cells: Array.from(cells, (text) => text?.slice(0, SHOWN_CHARS) ?? null),
    })),
    proposal: table.headings === null && rows.length > 0 ? proposeHeader(rows) : null,
  }));
}

export interface TableHeadRequest {
  readonly upload: Upload;
  readonly fileId: string | undefined;
  readonly choice: TableChoice;
  readonly signal: AbortSignal;
}

export interface TableHead {
  readonly table: Table;
  readonly rows: readonly TableRow[];
}

/** Calls `use` with the first rows of a file of the upload. @throws InletError upload_file_not_found */
export async function withTableHead<Result>(
  context: Context,
  { upload, fileId, choice, signal }: TableHeadRequest,
  use: (head: TableHead) => Result,
): Promise<Result> {
  const file = upload.files.find(({ id }) => id === fileId);
  const template = await context.store.templates.get(upload);
  if (!file) throw new InletError('upload_file_not_found');
  if (!template) throw new InletError('template_not_found');
  const table = await openUploadedTable(context, { upload, file, limits: template.limits, signal, choice });
  try {
    const rows: TableRow[] = [];
    for await (const batch of table.rows()) {
      rows.push(...batch);
      if (rows.length >= HEAD_ROWS) break;
    }
    return use({ table, rows: rows.slice(0, HEAD_ROWS) });
  } finally {
    await table.close();
  }
}
