import { InletError, NO_SHEET_COUNTS, type SheetCounts, summarize } from '@inlet/contracts';
import type { Context } from '../ports/context.js';
import { type Upload, type UploadChanges, type UploadRef, uploadRef } from '../ports/uploads.js';
import { startCheck } from './check-upload.js';
import { ScanSuperseded, scanFile } from './scan-file.js';
import { createSheetWriter, type SheetWriter } from './sheet-writer.js';
import { TransferPaused } from './stored-file-bytes.js';
import { uploadExpiry } from './upload-expiry.js';
import { type UploadLease, withUploadLease } from './upload-lease.js';

/** Scans the files of an upload in this process, while they arrive or afterwards, unless some process does it already. */
export function startScan(context: Context, ref: UploadRef): void {
  context.background.start(`scan ${ref.uploadId}`, async (stopSignal) => {
    for (let isLeft = true; isLeft && !stopSignal.aborted; ) {
      await withUploadLease(context, ref, { stopSignal, body: (lease) => scanUpload(context, lease) });
      const upload = await context.store.uploads.get(ref);
      // Only now: a check that began before the lease ended would have found no lease, and nobody begins another.
      if (upload?.status === 'checking') startCheck(context, ref);
      isLeft = upload !== null && isUnread(upload);
    }
  });
}

/** Whether all files have arrived, and nobody reads them: the last bytes came when an earlier scan had just given up. */
const isUnread = ({ status, isScanned, leaseOwner, files }: Upload): boolean =>
  status === 'receiving' &&
  !isScanned &&
  leaseOwner === null &&
  files.length > 0 &&
  files.every(({ sizeBytes, receivedBytes }) => sizeBytes === receivedBytes);

/**
 * Reads all files of an upload into pages of its sheet, from the first row on. Returns true if they must be read again,
 * since a person has chosen another encoding, or a file was added.
 */
async function scanUpload(context: Context, lease: UploadLease): Promise<boolean> {
  if (lease.upload.isScanned || lease.upload.files.length === 0) return false;
  if (lease.upload.status !== 'receiving') return false;
  const ref = uploadRef(lease.upload);
  const scan = lease.upload.scan + 1;
  const begun = await context.store.uploads.change(ref, {
    changes: { scan, counts: NO_SHEET_COUNTS, rejections: null, error: null },
    condition: { leaseOwner: lease.owner },
    now: context.now(),
  });
  if (!begun) return false;
  await context.store.sheets.remove(ref, { beforeScan: scan });
  const job: Scan = { lease, upload: begun, writer: createSheetWriter(context, { ...ref, scan }) };
  try {
    const counts = await scanFiles(context, job);
    return await endScan(context, { ...job, counts });
  } catch (error) {
    if (error instanceof TransferPaused) return false;
    if (error instanceof ScanSuperseded) return true;
    if (!(error instanceof InletError) || error.code === 'unavailable') throw error;
    const changes: UploadChanges = {
      status: 'unreadable',
      error: summarize(error),
      expiresAt: await uploadExpiry(context, ref.projectId),
    };
    const ended = await context.store.uploads.change(ref, {
      changes,
      condition: { scan },
      now: context.now(),
    });
    return ended === null;
  }
}

interface Scan {
  readonly lease: UploadLease;
  readonly upload: Upload;
  readonly writer: SheetWriter;
}

/** Reads one file after the other. An error names the file that has it. */
async function scanFiles(context: Context, scan: Scan): Promise<SheetCounts> {
  let counts = NO_SHEET_COUNTS;
  for (const [index, { id: fileId }] of scan.upload.files.entries()) {
    try {
      counts = await scanFile(context, { ...scan, index, before: counts });
    } catch (error) {
      if (error instanceof InletError && error.code !== 'unavailable') {
        const file = { ...uploadRef(scan.upload), fileId };
        await context.store.uploads.changeFile(file, { error: summarize(error) }, context.now());
      }
      throw error;
    }
  }
  await scan.writer.flush();
  return counts;
}

/**
 * Ends the receipt of an upload: its rows can be mapped, or are checked if a mapping was chosen during the scan. Returns true
 * if the files must be read again.
 */
async function endScan(
  context: Context,
  { upload, counts }: Scan & { readonly counts: SheetCounts },
): Promise<boolean> {
  const ref = uploadRef(upload);
  for (;;) {
    const now = await context.store.uploads.get(ref);
    if (now?.status !== 'receiving') return false;
    if (now.scan !== upload.scan || now.files.length !== upload.files.length) return true;
    const isMapped = now.mapping !== null && !now.files.some(({ mismatch }) => mismatch !== null);
    const status = isMapped ? 'checking' : 'mapping';
    const changed = await context.store.uploads.change(ref, {
      changes: { isScanned: true, counts, status, expiresAt: await uploadExpiry(context, ref.projectId) },
      condition: { scan: upload.scan, revision: now.revision, statuses: ['receiving'] },
      now: context.now(),
    });
    if (changed) return false;
  }
}
