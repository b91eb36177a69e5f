import { damaged, type FileBytes, openPackage, type PackageLimits } from './open-package.js';
import { SharedTexts, type WorksheetRow } from './row-builder.js';
import { attributeOf, type MarkupHandler, MarkupScanner, scanMarkup } from './scan-markup.js';
import {
  LazySharedStrings,
  NO_STRINGS,
  type SharedStringOptions,
  type SharedStrings,
} from './shared-strings.js';
import { readWorkbookParts } from './workbook-parts.js';
import { type WorksheetOptions, WorksheetRows } from './worksheet-rows.js';

export interface WorkbookOptions extends PackageLimits, SharedStringOptions {}

/** A worksheet as a person chooses it. */
export interface WorksheetInfo {
  readonly name: string;
  /** Hidden worksheets are listed, but not proposed. */
  readonly isHidden: boolean;
  /** As the file states it; null if it does not. Programs may count rows that are only formatted. */
  readonly rows: number | null;
}

export interface Workbook {
  readonly worksheets: readonly WorksheetInfo[];
  /** Reads the rows of a worksheet in batches, blank ones left out. Can be called again for another pass. */
  readRows(worksheet: number): AsyncGenerator<readonly WorksheetRow[]>;
  /** Whether a worksheet has a row that is not blank. Reads no texts, so it is fast. */
  hasRows(worksheet: number): Promise<boolean>;
  close(): void;
}

/**
 * Opens an Excel workbook (XLSX, XLSM). Reads no rows yet. Throws `source_malformed` for a damaged file,
 * `source_decompression_bomb` for one that unpacks to too much.
 */
export async function openWorkbook(file: FileBytes, options: WorkbookOptions): Promise<Workbook> {
  const office = await openPackage(file, options);
  const parts = await readWorkbookParts(office);
  const worksheets = await Promise.all(
    parts.sheets.map(async ({ name, isHidden, part }) => ({
      name,
      isHidden,
      rows: await readStatedRows(office.open(part)),
    })),
  );
  return createWorkbook({
    worksheets,
    openStrings: async () =>
      parts.sharedStrings === undefined
        ? NO_STRINGS
        : new LazySharedStrings(office.open(parts.sharedStrings), options),
    readSheet: (worksheet, strings) => {
      const sheet = parts.sheets[worksheet];
      if (sheet === undefined) throw new RangeError(`The workbook has no worksheet ${worksheet}.`);
      return readRows(office.open(sheet.part), { ...parts, strings });
    },
    close: office.close,
  });
}

/** The parts of a workbook, whatever their format. */
export interface WorkbookContent {
  readonly worksheets: readonly WorksheetInfo[];
  readonly openStrings: () => Promise<SharedStrings>;
  readonly readSheet: (worksheet: number, strings: SharedStrings) => AsyncGenerator<readonly WorksheetRow[]>;
  readonly close: () => void;
}

/** A workbook that opens its shared strings once, with the first row. */
export function createWorkbook({ worksheets, openStrings, readSheet, close }: WorkbookContent): Workbook {
  let strings: Promise<SharedStrings> | undefined;
  return {
    worksheets,
    readRows: async function* (worksheet) {
      strings ??= openStrings();
      yield* readSheet(worksheet, await strings);
    },
    hasRows: async (worksheet) => {
      for await (const rows of readSheet(worksheet, ANY_STRINGS)) if (rows.length > 0) return true;
      return false;
    },
    close: () => {
      close();
      strings?.then(
        (table) => table.close(),
        () => {},
      );
    },
  };
}

/** Stands for all shared strings where only blank cells matter. */
const ANY_STRINGS: SharedStrings = { ...NO_STRINGS, get: () => 'text' };

async function* readRows(
  chunks: AsyncIterable<Buffer>,
  { strings, ...options }: Omit<WorksheetOptions, 'onRow' | 'texts'> & { readonly strings: SharedStrings },
): AsyncGenerator<readonly WorksheetRow[]> {
  let found: WorksheetRow[] = [];
  const texts = new SharedTexts();
  const rows = new WorksheetRows({ ...options, texts, onRow: (row) => found.push(row) });
  const scanner = new MarkupScanner(rows);
  for await (const chunk of chunks) {
    scanner.push(chunk);
    await texts.fill(strings);
    if (found.length > 0) yield found;
    found = [];
    if (rows.isDone) return;
  }
  throw damaged('a worksheet in it is cut off');
}

const DIMENSION_ROWS = /(?:^|:)[A-Z]{1,3}(\d{1,7})$/;

/** Reads a worksheet up to its first row. */
async function readStatedRows(chunks: AsyncIterable<Buffer>): Promise<number | null> {
  let rows: number | null = null;
  let isDone = false;
  const handler: MarkupHandler = {
    wantsText: false,
    get isDone() {
      return isDone;
    },
    open: (name, attributes) => {
      if (name === 'dimension')
        rows = Number(DIMENSION_ROWS.exec(attributeOf(attributes, 'ref') ?? '')?.[1] ?? 0) || null;
      if (name === 'sheetData') isDone = true;
    },
    close: () => {},
    text: () => {},
  };
  await scanMarkup(chunks, handler);
  return rows;
}
