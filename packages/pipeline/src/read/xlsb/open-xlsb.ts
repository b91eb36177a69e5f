import { builtInKind, kindOfFormat, type NumberKind } from '../xlsx/number-format.js';
import { damaged, type FileBytes, type OfficePackage, openPackage } from '../xlsx/open-package.js';
import { createWorkbook, type Workbook, type WorkbookOptions } from '../xlsx/open-workbook.js';
import type { WorksheetRow } from '../xlsx/row-builder.js';
import { NO_STRINGS, PackedTexts, type SharedStrings } from '../xlsx/shared-strings.js';
import { findWorkbook, type SheetEntry } from '../xlsx/workbook-parts.js';
import { BinaryRecords, pushRecords, readBinaryRecords, readWideText } from './binary-records.js';
import { type XlsbRowOptions, XlsbRows } from './xlsb-rows.js';

const STRING = 19;
const FORMAT = 44;
const CELL_STYLE = 47;
const DIMENSION = 148;
const PROPERTIES = 153;
const SHEET = 156;
const BEGIN_CELL_STYLES = 617;
const END_CELL_STYLES = 618;
const BEGIN_ROWS = 145;
const EPOCH_1904 = 1;

/** Opens a binary workbook of Excel (XLSB). Like `openWorkbook`. */
export async function openXlsb(file: FileBytes, options: WorkbookOptions): Promise<Workbook> {
  const office = await openPackage(file, options);
  const { workbook, relations, partOf } = await findWorkbook(office, 'xl/workbook.bin');
  const { sheets, is1904 } = await readSheets(office, workbook, (id) => {
    const relation = relations.get(id);
    return relation?.type === 'worksheet' ? relation.target : undefined;
  });
  const styles = partOf('styles');
  const kinds = styles === undefined ? [] : await readKinds(office.open(styles));
  const strings = partOf('sharedStrings');
  const worksheets = await Promise.all(
    sheets.map(async ({ name, isHidden, part }) => ({
      name,
      isHidden,
      rows: await readStatedRows(office.open(part)),
    })),
  );
  return createWorkbook({
    worksheets,
    openStrings: async () =>
      strings === undefined ? NO_STRINGS : readStrings(office.open(strings), options),
    readSheet: (worksheet, texts) => {
      const sheet = sheets[worksheet];
      if (sheet === undefined) throw new RangeError(`The workbook has no worksheet ${worksheet}.`);
      return readRows(office.open(sheet.part), { strings: texts, kinds, is1904 });
    },
    close: office.close,
  });
}

async function readSheets(
  office: OfficePackage,
  workbook: string,
  partOf: (id: string) => string | undefined,
): Promise<{ sheets: SheetEntry[]; is1904: boolean }> {
  const sheets: SheetEntry[] = [];
  let is1904 = false;
  await readBinaryRecords(office.open(workbook), (type, data) => {
    if (type === PROPERTIES) is1904 = (data.readUInt32LE(0) & EPOCH_1904) !== 0;
    if (type !== SHEET) return;
    const { text: id, end } = readWideText(data, 8);
    const part = partOf(id);
    // Charts and macros have sheets without rows.
    if (part === undefined || !office.has(part)) return;
    sheets.push({ name: readWideText(data, end).text, isHidden: data.readUInt32LE(0) !== 0, part });
  });
  if (sheets.length === 0) throw damaged('it has no worksheet');
  return { sheets, is1904 };
}

async function readKinds(styles: AsyncIterable<Buffer>): Promise<NumberKind[]> {
  const custom = new Map<number, NumberKind>();
  const formats: number[] = [];
  let isOfCells = false;
  await readBinaryRecords(styles, (type, data) => {
    if (type === BEGIN_CELL_STYLES) isOfCells = true;
    else if (type === END_CELL_STYLES) isOfCells = false;
    else if (type === FORMAT) custom.set(data.readUInt16LE(0), kindOfFormat(readWideText(data, 2).text));
    else if (type === CELL_STYLE && isOfCells) formats.push(data.readUInt16LE(2));
  });
  return formats.map((id) => custom.get(id) ?? builtInKind(id));
}

async function readStrings(chunks: AsyncIterable<Buffer>, options: WorkbookOptions): Promise<SharedStrings> {
  const texts = new PackedTexts(options);
  try {
    await readBinaryRecords(chunks, (type, data) => {
      if (type === STRING) texts.add(readWideText(data, 1).text);
    });
  } catch (error) {
    texts.close();
    throw error;
  }
  return texts;
}

/** Reads a worksheet up to its first row. */
async function readStatedRows(chunks: AsyncIterable<Buffer>): Promise<number | null> {
  let rows: number | null = null;
  let isDone = false;
  const onRecord = (type: number, data: Buffer): void => {
    if (type === DIMENSION) rows = data.readUInt32LE(4) + 1;
    isDone ||= type === BEGIN_ROWS;
  };
  await readBinaryRecords(chunks, onRecord, () => isDone);
  return rows;
}

async function* readRows(
  chunks: AsyncIterable<Buffer>,
  options: Omit<XlsbRowOptions, 'onRow'>,
): AsyncGenerator<readonly WorksheetRow[]> {
  let found: WorksheetRow[] = [];
  const rows = new XlsbRows({ ...options, onRow: (row) => found.push(row) });
  const records = new BinaryRecords((type, data) => rows.add(type, data));
  for await (const chunk of chunks) {
    pushRecords(records, chunk);
    if (found.length > 0) yield found;
    found = [];
    if (rows.isDone) return;
  }
  throw damaged('a worksheet in it is cut off');
}
