import {
  InletError,
  NO_SHEET_COUNTS,
  type SheetCounts,
  summarize,
  type UploadFile,
  type UploadHeader,
} from '@inlet/contracts';
import { proposeHeader, type Table, type TableRow } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import {
  type FileRef,
  type Upload,
  type UploadChanges,
  type UploadRef,
  uploadRef,
} from '../ports/uploads.js';
import { startCheck } from './check-upload.js';
import { uploadExpiry } from './create-upload.js';
import { describeHeadings } from './describe-headings.js';
import { openUploadedTable } from './open-uploaded-table.js';
import { createSheetWriter, type SheetWriter } from './sheet-writer.js';
import { TransferPaused } from './stored-file-bytes.js';
import { type UploadLease, withUploadLease } from './upload-lease.js';

/** Rows from which headings and their samples are found. */
const HEAD_ROWS = 1000;
/** The header can be chosen once this many rows, or the whole file, have been read. */
const FIRST_ROWS = 200;
const PROGRESS_MS = 500;

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
    let counts = NO_SHEET_COUNTS;
    for (let index = 0; index < begun.files.length; index += 1)
      counts = await scanFile(context, { ...job, index, before: counts });
    await job.writer.flush();
    return await endScan(context, { ...job, counts });
  } catch (error) {
    if (error instanceof TransferPaused) return false;
    if (error instanceof ScanSuperseded) return true;
    if (!(error instanceof InletError) || error.code === 'unavailable') throw error;
    const changes: UploadChanges = {
      status: 'unreadable',
      error: summarize(error),
      expiresAt: uploadExpiry(context),
    };
    const ended = await context.store.uploads.change(ref, {
      changes,
      condition: { scan },
      now: context.now(),
    });
    return ended === null;
  }
}

/** A person has chosen another way to read the file. */
class ScanSuperseded extends Error {
  override readonly name = 'ScanSuperseded';
}

interface Scan {
  readonly lease: UploadLease;
  readonly upload: Upload;
  readonly writer: SheetWriter;
}

interface FileScan extends Scan {
  readonly index: number;
  /** Counts of the files before it. */
  readonly before: SheetCounts;
}

async function scanFile(context: Context, scan: FileScan): Promise<SheetCounts> {
  const { upload, lease, writer, index, before } = scan;
  const file = upload.files[index]!;
  const ref = { ...uploadRef(upload), fileId: file.id };
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  const table = await openUploadedTable(context, {
    upload,
    file,
    limits: template.limits,
    signal: lease.signal,
  });
  const counted = () => ({
    ...before,
    rows: writer.rows,
    blank: before.blank + table.facts.blankRows,
    hidden: before.hidden + table.facts.hiddenRows,
  });
  const head: TableRow[] = [];
  let isDescribed = false;
  let lastAt = Date.now();
  try {
    for await (const rows of table.rows()) {
      lease.signal.throwIfAborted();
      await writer.add(index, rows);
      if (head.length < HEAD_ROWS) head.push(...rows.slice(0, HEAD_ROWS - head.length));
      if (!isDescribed && head.length >= FIRST_ROWS) {
        isDescribed = true;
        await describeFile(context, { ...scan, ref, table, head });
      }
      if (Date.now() - lastAt < PROGRESS_MS) continue;
      lastAt = Date.now();
      const noted = await context.store.uploads.change(ref, {
        changes: { counts: counted() },
        condition: { scan: upload.scan },
        now: context.now(),
      });
      if (!noted) throw new ScanSuperseded('the file is read in another way');
    }
    if (!isDescribed) await describeFile(context, { ...scan, ref, table, head });
    return counted();
  } finally {
    await table.close();
  }
}

interface DescribedFile extends FileScan {
  readonly ref: FileRef;
  readonly table: Table;
  readonly head: readonly TableRow[];
}

/** Stores the facts of a file, and the headings that its first rows propose, so that a person can go on. */
async function describeFile(
  context: Context,
  { ref, table, head, writer, upload, index }: DescribedFile,
): Promise<void> {
  if (head.length === 0)
    throw new InletError('source_no_records', { detail: 'The file has no rows with values.' });
  await writer.flush();
  const { format, encoding, delimiter, worksheets, worksheet } = table;
  const facts: Partial<UploadFile> = { format, encoding, delimiter, worksheets: [...worksheets], worksheet };
  const described = await context.store.uploads.changeFile(ref, facts, context.now());
  if (!described || index > 0) return;
  const header = described.header ?? headerOf(ref.fileId, { table, head });
  const headings = describeHeadings({ rows: head, header, headings: table.headings });
  await context.store.uploads.change(ref, {
    changes: { header, headings },
    condition: { scan: upload.scan },
    now: context.now(),
  });
}

function headerOf(fileId: string, { table, head }: Pick<DescribedFile, 'table' | 'head'>): UploadHeader {
  if (table.headings !== null) return { fileId, row: head[0]?.row ?? 1, rows: 0 };
  const { row, rows } = proposeHeader(head);
  return { fileId, row, rows };
}

/**
 * Ends the receipt of an upload: its rows can be mapped, or are checked if a mapping was chosen meanwhile. Returns true
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
    if (now.scan !== upload.scan || now.files.length > upload.files.length) return true;
    const status = now.mapping === null ? 'mapping' : 'checking';
    const changed = await context.store.uploads.change(ref, {
      changes: { isScanned: true, counts, status, expiresAt: uploadExpiry(context) },
      condition: { scan: upload.scan, revision: now.revision, statuses: ['receiving'] },
      now: context.now(),
    });
    if (changed) return false;
  }
}
