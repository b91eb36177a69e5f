import { cellJson } from '../ingest/row-values.js';
import { CUSTOM_MEMBER } from '../ports/sheets.js';
import { compileRowMapper, type MappedRow, type RowMapper } from './map-rows.js';
import type { Sheet } from './sheet.js';
import type { SourceRow } from './sheet-page.js';

export interface ValidRowsOptions {
  /** The numbers of the rows, in order. */
  readonly rows: Uint32Array;
  readonly signal?: AbortSignal | undefined;
}

const ROWS_AT_ONCE = 2000;
export const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Writes rows as `Sheets.validRows` describes them. */
export async function* writeValidRows(
  sheet: Sheet,
  { rows, signal }: ValidRowsOptions,
): AsyncGenerator<Buffer> {
  const writeRow = compileWriteRow(sheet);
  const customMapper = compileCustomMapper(sheet);
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    signal?.throwIfAborted();
    const part = rows.subarray(at, at + ROWS_AT_ONCE);
    const lines = new Map<number, string>();
    for (const { loaded, indexes } of await sheet.pages.loadRows(part)) {
      const customRows = customMapper?.mapRows(loaded, indexes);
      for (const [at, row] of sheet.mapper.mapRows(loaded, indexes).entries())
        lines.set(row.id - 1, writeRow(row, customRows?.[at]?.texts));
    }
    let text = '';
    for (const row of part) text += lines.get(row)!;
    await sheet.endTurn();
    yield Buffer.from(text);
  }
}

/** Maps the custom columns of the file to texts. Null if there are none. */
function compileCustomMapper({ upload: { customColumns, headings } }: Sheet): RowMapper | null {
  if (customColumns.length === 0) return null;
  const keyOf = (index: number) => CUSTOM_MEMBER + index;
  return compileRowMapper({
    paths: headings.map(({ path }) => path),
    mapping: customColumns.map((path, index) => ({ column: keyOf(index), path })),
    columns: customColumns.map((name, index) => ({
      ...{ key: keyOf(index), name, type: 'text' },
      alternativeNames: [],
    })),
  });
}

type WriteRow = (row: MappedRow, customTexts?: MappedRow['texts']) => string;

function compileWriteRow(sheet: Sheet): WriteRow {
  const { columns } = sheet.mapper;
  const heads = columns.map(({ key }) => `,${JSON.stringify(key)}:`);
  const isNumeric = columns.map(({ type }) => type === 'number' || type === 'integer');
  const uploadId = JSON.stringify(sheet.upload.id).slice(1, -1);
  const writePlace = compileWritePlace(sheet);
  return (row, customTexts = []) => {
    let line = `{"~key":"${uploadId}/${row.id}","~id":${row.id}`;
    if (row.source) line += writePlace(row.source);
    const hasDecimals = row.notes?.some(({ kind }) => kind === 'decimal') ?? false;
    for (let position = 0; position < columns.length; position += 1) {
      const text = row.texts[position];
      if (text === undefined) continue;
      const isBare =
        hasDecimals && isNumeric[position] && JSON_NUMBER.test(text) && sheet.mapper.isDecimal(row, position);
      line += heads[position]! + (isBare ? text : cellJson(text));
    }
    for (const [index, text] of customTexts.entries())
      if (text !== undefined) line += `,"${CUSTOM_MEMBER}${index}":${cellJson(text)}`;
    return `${line}}\n`;
  };
}

/** Only the number differs between the rows of a file, and it is the last member. */
function compileWritePlace(sheet: Sheet): (source: SourceRow) => string {
  const heads: string[] = [];
  return ({ file, row }) => {
    heads[file] ??= JSON.stringify(JSON.stringify({ ...sheet.viewSource({ file, row: 0 }), row: 0 })).slice(
      0,
      -3,
    );
    return `,"~place":${heads[file]}${row}}"`;
  };
}
