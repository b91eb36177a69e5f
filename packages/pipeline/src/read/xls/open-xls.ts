import { InletError } from '@inlet/contracts/errors';
import { damaged, type FileBytes } from '../xlsx/open-package.js';
import { createWorkbook, type Workbook } from '../xlsx/open-workbook.js';
import type { WorksheetRow } from '../xlsx/row-builder.js';
import {
  NO_STRINGS,
  PackedTexts,
  type SharedStringOptions,
  type SharedStrings,
} from '../xlsx/shared-strings.js';
import { type CompoundFile, openCompoundFile } from './compound-file.js';
import { readXlsGlobals } from './xls-globals.js';
import { XlsReader, type XlsRecord } from './xls-records.js';
import { readXlsRows } from './xls-rows.js';

/** The file is read into the memory; Excel 97 has no more than 65,536 rows. */
const MOST_BYTES = 104_857_600;

/** Documents in compound files, by a stream that each of them has. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  WordDocument: 'a Word document',
  'PowerPoint Document': 'a PowerPoint presentation',
  '__properties_version1.0': 'a message of Outlook',
  VisioDocument: 'a Visio drawing',
};

/**
 * Opens an old workbook of Excel (XLS, since Excel 5). Throws `source_password_protected`, also for a protected XLSX or
 * XLSB, `source_format_unknown`, `source_too_large` for more than 100 MB, and `source_malformed`.
 */
export async function openXls(file: FileBytes, options: SharedStringOptions): Promise<Workbook> {
  if (file.size > MOST_BYTES)
    throw new InletError('source_too_large', {
      detail: `An XLS file can have ${MOST_BYTES} bytes. Save it as XLSX.`,
    });
  const stream = findStream(openCompoundFile(await file.read(0, file.size)));
  const globals = guard(() => readXlsGlobals(stream));
  const { sheets, strings } = globals;
  return createWorkbook({
    worksheets: sheets.map(({ name, isHidden }) => ({ name, isHidden, rows: null })),
    openStrings: async () => (strings === undefined ? NO_STRINGS : readStrings(stream, strings, options)),
    readSheet: async function* (worksheet, texts): AsyncGenerator<readonly WorksheetRow[]> {
      const sheet = sheets[worksheet];
      if (sheet === undefined) throw new RangeError(`The workbook has no worksheet ${worksheet}.`);
      const rows = readXlsRows(stream, sheet, { ...globals, texts });
      for (let next = guard(() => rows.next()); next.done !== true; next = guard(() => rows.next()))
        yield next.value;
    },
    close: () => {},
  });
}

function findStream(file: CompoundFile): Buffer {
  if (file.names.includes('EncryptedPackage')) throw new InletError('source_password_protected');
  const stream = file.open('Workbook') ?? file.open('Book');
  if (stream !== undefined) return stream;
  const document = file.names.flatMap((name) => DOCUMENTS[name] ?? [])[0];
  throw new InletError('source_format_unknown', {
    detail: document === undefined ? 'The file is an unknown document.' : `The file is ${document}.`,
  });
}

function readStrings(stream: Buffer, record: XlsRecord, options: SharedStringOptions): SharedStrings {
  const texts = new PackedTexts(options);
  try {
    const reader = new XlsReader(stream, record, 4);
    const count = guard(() => reader.long());
    for (let index = 0; index < count; index += 1) texts.add(guard(() => reader.text()));
    return texts;
  } catch (error) {
    texts.close();
    throw error;
  }
}

/** Reading beyond the end of a record or the stream is the fault of the file. */
function guard<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? damaged('a record in it is too short', error) : error;
  }
}
