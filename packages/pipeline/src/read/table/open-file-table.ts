import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import { openOds } from '../ods/open-ods.js';
import { openXls } from '../xls/open-xls.js';
import { openXlsb } from '../xlsb/open-xlsb.js';
import { type FileBytes, openPackage, readRange } from '../xlsx/open-package.js';
import { openWorkbook, type Workbook } from '../xlsx/open-workbook.js';
import { openTextTable } from './open-text-table.js';
import { type ArchiveKind, gunzipFile, kindOfArchive, singleFileOf } from './packed-file.js';
import { SNIFF_BYTES, type SniffedFormat, sniffFormat } from './sniff-format.js';
import { spillStream } from './spill-file.js';
import { DEFAULT_TABLE_LIMITS, type FileTableOptions, type Table } from './table.js';
import { openWorkbookTable } from './workbook-table.js';

type Container = Extract<SniffedFormat, { access: 'file' }>['container'];

interface ContainerOptions extends FileTableOptions {
  /** Whether the file was unpacked from another one: then it may be a workbook, but no archive. */
  readonly isUnpacked?: boolean;
}

/**
 * Opens a whole file as a table: a workbook, text, or a ZIP or gzip archive of one of them.
 *
 * Throws `source_empty`, `source_format_unknown`, `source_malformed`, `source_password_protected`,
 * `source_worksheet_unknown`, `source_decompression_bomb`, `source_archive_ambiguous`, `source_archive_nested`,
 * `source_archive_unsafe`, and the errors of `openTextTable`; reading the rows also throws `source_too_large`.
 */
export async function openFileTable(file: FileBytes, options: FileTableOptions): Promise<Table> {
  const sniffed = sniffFormat(await file.read(0, SNIFF_BYTES));
  return sniffed.access === 'stream'
    ? openTextTable(readRange(file), options)
    : openContainer(file, sniffed.container, options);
}

async function openContainer(
  file: FileBytes,
  container: Container,
  options: ContainerOptions,
): Promise<Table> {
  if (container === 'compound') {
    const { spillDirectory } = options;
    const workbook = await openXls(file, { spillDirectory, mostBytesInMemory: MOST_STRING_BYTES });
    return openWorkbookTable(workbook, { ...options, format: 'xls' });
  }
  if (container === 'zip') return openZip(file, options);
  if (options.isUnpacked) throw new InletError('source_archive_nested');
  return openUnpacked(gunzipFile(file, maxBytesOf(options)), options);
}

async function openZip(file: FileBytes, options: ContainerOptions): Promise<Table> {
  const archive = await openPackage(file, { maxPartBytes: maxBytesOf(options) });
  let table: Table | undefined;
  try {
    const kind = kindOfArchive(archive);
    if (kind !== 'archive')
      return await openWorkbookTable(await openSpreadsheet(file, kind, options), {
        ...options,
        format: kind,
      });
    if (options.isUnpacked) throw new InletError('source_archive_nested');
    table = await openUnpacked(archive.open(singleFileOf(archive)), options);
    return closeWith(table, async () => archive.close());
  } finally {
    if (table === undefined) archive.close();
  }
}

/** Shared strings above it are kept on the disk. */
const MOST_STRING_BYTES = 67_108_864;

function openSpreadsheet(
  file: FileBytes,
  kind: Exclude<ArchiveKind, 'archive'>,
  options: FileTableOptions,
): Promise<Workbook> {
  const maxPartBytes = maxBytesOf(options);
  if (kind === 'ods') return openOds(file, { maxPartBytes });
  const { spillDirectory } = options;
  const open = kind === 'xlsb' ? openXlsb : openWorkbook;
  return open(file, { maxPartBytes, spillDirectory, mostBytesInMemory: MOST_STRING_BYTES });
}

async function openUnpacked(bytes: AsyncIterable<Buffer>, options: FileTableOptions): Promise<Table> {
  const { chunks, reason, error, all, close } = await readHead(bytes, { minBytes: SNIFF_BYTES });
  try {
    if (reason === 'failed') throw error;
    const sniffed = sniffFormat(Buffer.concat(chunks));
    if (sniffed.access === 'stream') return await openTextTable(all, options);
    const file = await spillStream(all, options.spillDirectory);
    try {
      const table = await openContainer(file, sniffed.container, { ...options, isUnpacked: true });
      return closeWith(table, file.close);
    } catch (fault) {
      await file.close();
      throw fault;
    }
  } catch (fault) {
    await close();
    throw fault;
  }
}

const maxBytesOf = ({ limits }: FileTableOptions): number =>
  limits?.maxSourceBytes ?? DEFAULT_TABLE_LIMITS.maxSourceBytes;

/** The table, which also closes the file that it is read from. */
function closeWith(table: Table, closeFile: () => Promise<void>): Table {
  return {
    ...table,
    close: async () => {
      await table.close();
      await closeFile();
    },
  };
}
