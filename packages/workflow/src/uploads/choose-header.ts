import { InletError, type UploadHeader, type UploadView } from '@inlet/contracts';
import { proposeHeader } from '@inlet/pipeline';
import { findVisibleUpload } from '../access/authorize.js';
import type { Caller } from '../access/caller.js';
import type { Context } from '../ports/context.js';
import { type Upload, type UploadChanges, uploadRef } from '../ports/uploads.js';
import { describeHeadings } from './describe-headings.js';
import { withTableHead } from './read-head.js';
import { rememberHeader } from './remember-choices.js';
import { startScan } from './scan-upload.js';
import { uploadExpiry } from './upload-expiry.js';
import { viewUpload } from './view-upload.js';

/** The upload was changed between the look at it and the change that depends on it, three times in a row. */
const TRIES = 3;

export interface HeaderChoice {
  readonly uploadId: string;
  readonly header: UploadHeader;
  readonly signal: AbortSignal;
}

/**
 * Chooses the rows of the headings, and how the file is read. Another worksheet, encoding or delimiter reads the kept
 * bytes again. The mapping has to be confirmed again, because its paths are the headings.
 *
 * @throws InletError upload_closed, upload_file_not_found, upload_changed
 */
export async function chooseHeader(
  context: Context,
  caller: Caller,
  { uploadId, header, signal }: HeaderChoice,
): Promise<UploadView> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const upload = await findVisibleUpload(context, caller, uploadId);
    const { fileId, rows: _, row: __, ...choice } = header;
    if (fileId !== upload.files[0]?.id)
      throw new InletError('upload_file_not_found', { detail: 'The header is chosen in the first file.' });
    const { headings, proposed } = await withTableHead(
      context,
      { upload, fileId, choice, signal },
      ({ table: { headings: given }, rows }) => ({
        headings: describeHeadings({ rows, header, headings: given }),
        proposed: describeHeadings({ rows, header: proposeHeader(rows), headings: given }),
      }),
    );
    const mustScan = needsScan(upload, header);
    const changes: UploadChanges = {
      header,
      headings,
      mapping: null,
      customColumns: [],
      rejections: null,
      status: upload.isScanned && !mustScan ? 'mapping' : 'receiving',
      revision: upload.revision + 1,
      expiresAt: await uploadExpiry(context, upload.projectId),
      ...(mustScan && { isScanned: false, scan: upload.scan + 1 }),
    };
    const changed = await changeOpenUpload(context, upload, changes);
    if (!changed) continue;
    await rememberHeader(context, upload, { proposed, header });
    if (mustScan) startScan(context, uploadRef(upload));
    return viewUpload(changed);
  }
  throw new InletError('upload_changed');
}

/** Changes an upload that a person still prepares; null if somebody else has changed it. @throws InletError upload_closed */
export async function changeOpenUpload(
  context: Context,
  upload: Upload,
  changes: UploadChanges,
): Promise<Upload | null> {
  const statuses = ['receiving', 'mapping', 'checking', 'needs_review', 'unreadable'] as const;
  if (!statuses.some((status) => status === upload.status))
    throw new InletError('upload_closed', { detail: `Its status is ${upload.status}.` });
  return context.store.uploads.change(uploadRef(upload), {
    changes,
    condition: { revision: upload.revision, statuses },
    now: context.now(),
  });
}

function needsScan(upload: Upload, header: UploadHeader): boolean {
  const { fileId, worksheet, encoding, delimiter } = header;
  const file = upload.files.find(({ id }) => id === fileId);
  // The rows of further files are stored below the headings of the first one.
  const isOther = upload.header?.row !== header.row || upload.header.rows !== header.rows;
  if (upload.files.length > 1 && isOther) return true;
  const differs = (chosen: string | undefined, used: string | null | undefined) =>
    chosen !== undefined && chosen !== used;
  return (
    differs(worksheet, file?.worksheet) ||
    differs(encoding, file?.encoding) ||
    differs(delimiter, file?.delimiter)
  );
}
