import { InletError, type SheetCounts, type UploadFile, type UploadHeader } from '@inlet/contracts';
import {
  arrangeRow,
  type FileMatch,
  type LeadingFile,
  matchFile,
  proposeHeader,
  type Table,
  type TableRow,
} from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { type FileRef, type Upload, uploadRef } from '../ports/uploads.js';
import { describeHeadings, HEAD_ROWS } from './describe-headings.js';
import { namesItsValues, openUploadedTable } from './open-uploaded-table.js';
import { recallHeader } from './remember-choices.js';
import type { SheetWriter } from './sheet-writer.js';
import type { UploadLease } from './upload-lease.js';

/** The header can be chosen once this many rows, or the whole file, have been read. */
const FIRST_ROWS = 200;
const PROGRESS_MS = 500;

/** The files are read in another way now. */
export class ScanSuperseded extends Error {
  override readonly name = 'ScanSuperseded';
}

export interface FileScan {
  readonly lease: UploadLease;
  readonly upload: Upload;
  readonly writer: SheetWriter;
  readonly index: number;
  /** Counts of the files before it. */
  readonly before: SheetCounts;
}

interface OpenScan extends FileScan {
  readonly ref: FileRef;
  readonly table: Table;
}

/** Reads one file into the sheet and returns the counts of all files so far. */
export async function scanFile(context: Context, scan: FileScan): Promise<SheetCounts> {
  const { upload, lease, writer, index, before } = scan;
  const file = upload.files[index]!;
  const ref = { ...uploadRef(upload), fileId: file.id };
  const template = await context.store.templates.get(upload);
  if (!template) throw new InletError('template_not_found');
  const limits = { ...template.limits, maxRecords: template.limits.maxRecords - writer.rows };
  const table = await openUploadedTable(context, { upload, file, limits, signal: lease.signal });
  const counted = (): SheetCounts => ({
    ...before,
    rows: writer.rows,
    blank: before.blank + table.facts.blankRows,
    hidden: before.hidden + table.facts.hiddenRows,
  });
  let lastAt = Date.now();
  try {
    const open: OpenScan = { ...scan, ref, table };
    const batches = index === 0 ? leadingRows(context, open) : matchedRows(context, open);
    for await (const rows of batches) {
      lease.signal.throwIfAborted();
      await writer.add(index, rows);
      if (Date.now() - lastAt < PROGRESS_MS) continue;
      lastAt = Date.now();
      await note(context, open, { counts: counted() });
    }
    return counted();
  } finally {
    await table.close();
  }
}

/** @throws ScanSuperseded */
async function note(
  context: Context,
  { ref, upload }: OpenScan,
  changes: Partial<Pick<Upload, 'counts' | 'header' | 'headings'>>,
): Promise<void> {
  const condition = { scan: upload.scan };
  const noted = await context.store.uploads.change(ref, { changes, condition, now: context.now() });
  if (!noted) throw new ScanSuperseded('the file is read in another way');
}

type Batches = AsyncGenerator<readonly TableRow[]>;

/** All rows of the first file. Its facts and headings are stored as soon as its first rows are known. */
async function* leadingRows(context: Context, scan: OpenScan): Batches {
  const head: TableRow[] = [];
  let isDescribed = false;
  const describe = async () => {
    isDescribed = true;
    await scan.writer.flush();
    await describeFile(context, scan, { head, mismatch: null });
    const present = await currentUpload(context, scan);
    const { table } = scan;
    const header = present.header ?? (await findHeader(context, present, { ...scan, head }));
    const headings = describeHeadings({ rows: head, header, headings: table.headings });
    await note(context, scan, { header, headings });
  };
  for await (const rows of scan.table.rows()) {
    if (head.length < HEAD_ROWS) head.push(...rows.slice(0, HEAD_ROWS - head.length));
    yield rows;
    if (!isDescribed && head.length >= FIRST_ROWS) await describe();
  }
  if (!isDescribed) await describe();
}

/** The values of a further file, below the headings of the first one; none if its own headings do not fit. */
async function* matchedRows(context: Context, scan: OpenScan): Batches {
  const leading = await leadingFileOf(context, scan);
  const { headings: own } = scan.table;
  let match: FileMatch | undefined;
  let head: TableRow[] = [];
  const decide = async (): Promise<FileMatch> => {
    const found = matchFile(head, { leading, own });
    const { missing, extra } = found;
    const fits = missing.length === 0 && extra.length === 0;
    await describeFile(context, scan, {
      head,
      mismatch: fits ? null : { missing: [...missing], extra: [...extra] },
    });
    return found;
  };
  for await (const rows of scan.table.rows()) {
    if (match) {
      yield arranged(rows, match);
      continue;
    }
    head.push(...rows);
    if (head.length < FIRST_ROWS) continue;
    match = await decide();
    yield arranged(head, match);
    head = [];
  }
  if (!match) yield arranged(head, await decide());
}

const arranged = (
  rows: readonly TableRow[],
  { missing, extra, lastHeadingRow, columns }: FileMatch,
): TableRow[] =>
  missing.length + extra.length > 0
    ? []
    : rows.filter(({ row }) => row > lastHeadingRow).map((row) => arrangeRow(row, columns));

async function currentUpload(context: Context, { ref }: OpenScan): Promise<Upload> {
  const upload = await context.store.uploads.get(ref);
  if (!upload) throw new InletError('upload_not_found');
  return upload;
}

async function leadingFileOf(context: Context, scan: OpenScan): Promise<LeadingFile> {
  const { header, headings, files } = await currentUpload(context, scan);
  const [first] = files;
  return {
    headings: headings.map(({ path }) => path),
    headingRows: first && namesItsValues(first) ? 1 : (header?.rows ?? 0),
  };
}

/** Stores the facts of a file. @throws InletError source_no_records */
async function describeFile(
  context: Context,
  { ref, table }: OpenScan,
  { head, mismatch }: { head: readonly TableRow[]; mismatch: UploadFile['mismatch'] },
): Promise<void> {
  if (head.length === 0)
    throw new InletError('source_no_records', { detail: 'The file has no rows with values.' });
  const { format, encoding, delimiter, worksheets, worksheet } = table;
  const facts = {
    format,
    encoding,
    delimiter,
    worksheets: [...worksheets],
    worksheet,
    mismatch,
    error: null,
  };
  const described = await context.store.uploads.changeFile(ref, facts, context.now());
  if (!described) throw new ScanSuperseded('the file was removed');
}

/** The header of the last file in which the same rows would be proposed, else the proposed one. */
async function findHeader(
  context: Context,
  upload: Upload,
  { ref: { fileId }, table, head }: Pick<OpenScan, 'ref' | 'table'> & { readonly head: readonly TableRow[] },
): Promise<UploadHeader> {
  if (table.headings !== null) return { fileId, row: head[0]?.row ?? 1, rows: 0 };
  const { row, rows } = proposeHeader(head);
  const proposed = describeHeadings({ rows: head, header: { row, rows }, headings: null });
  const recalled = await recallHeader(context, upload, proposed);
  const isThere = recalled !== null && head.some((one) => one.row >= recalled.row);
  return { fileId, ...(isThere ? recalled : { row, rows }) };
}
