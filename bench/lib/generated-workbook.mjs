import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import exceljs from 'exceljs';
import { generatedFile } from './generated-file.mjs';
import { TABLE_COLUMNS, tableRows } from './generated-table.mjs';

/** Returns the path and size of an XLSX file with the rows of the generated table; its texts are shared or inline. */
export function generatedWorkbook(rows, texts) {
  return generatedFile(`table-${rows}-${texts}.xlsx`, (path) => writeWorkbook(path, { rows, texts }));
}

async function writeWorkbook(path, { rows, texts }) {
  const stream = createWriteStream(path);
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: texts === 'shared' });
  const worksheet = workbook.addWorksheet('Rows');
  worksheet.addRow(TABLE_COLUMNS.map(({ name }) => name)).commit();
  for (const cells of tableRows(rows)) worksheet.addRow(cells.map(numberOrText)).commit();
  await workbook.commit();
  if (!stream.closed) await once(stream, 'close');
}

const numberOrText = (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
