import type { Workbook } from '../xlsx/open-workbook.js';
import { chooseWorksheet } from './choose-worksheet.js';
import type { FileTableOptions, Table, TableFormat } from './table.js';
import { batchRows, TableBatches } from './table-batches.js';

export interface WorkbookTableOptions extends Pick<FileTableOptions, 'worksheet' | 'limits' | 'signal'> {
  readonly format: TableFormat;
}

/** A worksheet as a table. Closes the workbook if it cannot be read. */
export async function openWorkbookTable(
  workbook: Workbook,
  { format, worksheet, limits, signal }: WorkbookTableOptions,
): Promise<Table> {
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
      format,
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
