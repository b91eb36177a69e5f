import type { FileBytes } from '../xlsx/open-package.js';
import { openWorkbook } from '../xlsx/open-workbook.js';
import { chooseWorksheet } from './choose-worksheet.js';
import { DEFAULT_TABLE_LIMITS, type FileTableOptions, type Table } from './table.js';
import { batchRows, TableBatches } from './table-batches.js';

/** Shared strings above it are kept on the disk. */
const MOST_STRING_BYTES = 67_108_864;

/** Opens a worksheet of an XLSX or XLSM workbook as a table. */
export async function openWorkbookTable(
  file: FileBytes,
  { worksheet, limits, spillDirectory, signal }: FileTableOptions,
): Promise<Table> {
  const workbook = await openWorkbook(file, {
    maxPartBytes: limits?.maxSourceBytes ?? DEFAULT_TABLE_LIMITS.maxSourceBytes,
    spillDirectory,
    mostBytesInMemory: MOST_STRING_BYTES,
  });
  const { worksheets, hasRows } = workbook;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) workbook.close();
    isOpen = false;
  };
  try {
    const index = await chooseWorksheet({ worksheets, chosen: worksheet, hasRows });
    const batches = new TableBatches(limits);
    return {
      format: 'xlsx',
      encoding: null,
      delimiter: null,
      worksheets,
      worksheet: worksheets[index]?.name ?? null,
      headings: null,
      rows: () => batchRows(workbook.readRows(index), { batches, signal }),
      facts: batches,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
