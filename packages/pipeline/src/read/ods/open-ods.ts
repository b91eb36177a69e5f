import { InletError } from '@inlet/contracts/errors';
import { damaged, type FileBytes, openPackage, type PackageLimits } from '../xlsx/open-package.js';
import type { Workbook, WorksheetInfo } from '../xlsx/open-workbook.js';
import type { WorksheetRow } from '../xlsx/row-builder.js';
import { type MarkupHandler, MarkupScanner, scanMarkup } from '../xlsx/scan-markup.js';
import { OdsRows } from './ods-rows.js';

const CONTENT = 'content.xml';
const MANIFEST = 'META-INF/manifest.xml';

/**
 * Opens an OpenDocument spreadsheet. All tables are in one part, which is read once to list them with their sizes, and
 * again for the rows of one.
 *
 * Throws `source_password_protected`, `source_format_unknown` for another document, and the errors of `openWorkbook`.
 */
export async function openOds(file: FileBytes, limits: PackageLimits): Promise<Workbook> {
  const office = await openPackage(file, limits);
  if (office.has('encrypted-package') || (office.has(MANIFEST) && (await isEncrypted(office.open(MANIFEST)))))
    throw new InletError('source_password_protected');
  const worksheets = await listTables(office.open(CONTENT));
  return {
    worksheets,
    readRows: (sheet) => readTable(office.open(CONTENT), sheet),
    hasRows: async (sheet) => worksheets[sheet]?.rows !== 0,
    close: () => office.close(),
  };
}

async function isEncrypted(manifest: AsyncIterable<Buffer>): Promise<boolean> {
  let found = false;
  const handler: MarkupHandler = {
    wantsText: false,
    get isDone() {
      return found;
    },
    open: (name) => {
      found ||= name === 'encryption-data';
    },
    close: () => {},
    text: () => {},
  };
  await scanMarkup(manifest, handler);
  return found;
}

async function listTables(content: AsyncIterable<Buffer>): Promise<WorksheetInfo[]> {
  const tables: { name: string; isHidden: boolean; rows: number }[] = [];
  const rows = new OdsRows({
    onSheet: (name, isHidden) => tables.push({ name, isHidden, rows: 0 }),
    onRow: ({ row }) => {
      const table = tables.at(-1);
      if (table !== undefined) table.rows = row;
    },
  });
  await scanMarkup(content, rows);
  if (!rows.isSpreadsheet)
    throw new InletError('source_format_unknown', {
      detail: 'The file is an OpenDocument file, but no spreadsheet.',
    });
  return tables;
}

async function* readTable(
  content: AsyncIterable<Buffer>,
  sheet: number,
): AsyncGenerator<readonly WorksheetRow[]> {
  let found: WorksheetRow[] = [];
  const rows = new OdsRows({ sheet, onSheet: () => {}, onRow: (row) => found.push(row) });
  const scanner = new MarkupScanner(rows);
  for await (const chunk of content) {
    scanner.push(chunk);
    if (found.length > 0) yield found;
    found = [];
    if (rows.isDone) return;
  }
  throw damaged('a worksheet in it is cut off');
}
