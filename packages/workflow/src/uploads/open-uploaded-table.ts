import type { Limits, UploadFile } from '@inlet/contracts';
import { readHead } from '@inlet/contracts/stream-head';
import { openFileTable, openTextTable, SNIFF_BYTES, sniffFormat, type Table } from '@inlet/pipeline';
import type { Context } from '../ports/context.js';
import { type FileRef, type Upload, uploadRef } from '../ports/uploads.js';
import { createSpooledFile } from './spooled-file.js';
import { storedFileBytes } from './stored-file-bytes.js';

export interface UploadedTableOptions {
  readonly upload: Upload;
  readonly file: UploadFile;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** How to read it, instead of how it was read so far. */
  readonly choice?: TableChoice | undefined;
}

export interface TableChoice {
  readonly worksheet?: string | undefined;
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
}

/**
 * Opens a file of an upload as a table: text as it arrives, a workbook or an archive once it is whole, from a file on
 * the disk, since its parts are read in another order.
 */
export async function openUploadedTable(context: Context, options: UploadedTableOptions): Promise<Table> {
  const { upload, file, limits, signal } = options;
  const ref: FileRef = { ...uploadRef(upload), fileId: file.id };
  return openTable(context, {
    ...choiceOf(upload, file),
    ...options.choice,
    bytes: storedFileBytes(context, ref, signal),
    locale: upload.locale,
    limits,
    signal,
  });
}

interface TableBytes extends TableChoice {
  readonly bytes: AsyncIterable<Buffer>;
  readonly locale: string | null;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/** Opens bytes of any known format as a table. */
export async function openTable(
  context: Pick<Context, 'settings'>,
  { bytes, worksheet, encoding, delimiter, locale, limits, signal }: TableBytes,
): Promise<Table> {
  const { chunks, all, reason, error } = await readHead(bytes, { minBytes: SNIFF_BYTES });
  if (reason === 'failed') throw error;
  const reading = {
    worksheet,
    encoding,
    delimiter,
    locale: locale ?? undefined,
    limits: { maxSourceBytes: limits.maxSourceBytes, maxRows: limits.maxRecords },
    signal,
  };
  if (sniffFormat(Buffer.concat(chunks)).access === 'stream') return openTextTable(all, reading);
  const spooled = await createSpooledFile(context.settings.spoolDir, all);
  try {
    const table = await openFileTable(spooled.file, {
      ...reading,
      spillDirectory: context.settings.spoolDir,
    });
    return {
      ...table,
      rows: () => table.rows(),
      close: async () => {
        await table.close();
        await spooled.close();
      },
    };
  } catch (error) {
    await spooled.close();
    throw error;
  }
}

/** Formats such as JSON name their values, so no row has headings. */
export const namesItsValues = ({ format }: Pick<UploadFile, 'format'>): boolean =>
  format === 'json' || format === 'ndjson' || format === 'xml';

/** The choice of a person for this file. */
function choiceOf({ header }: Upload, { id }: UploadFile): TableChoice {
  return header?.fileId === id ? header : {};
}
