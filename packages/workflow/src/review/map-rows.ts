import type { Column, Mapping, RawRecord } from '@inlet/contracts';
import { compileMapping } from '@inlet/pipeline';
import { NO_EDIT, type Overlay, type RowEdit } from './overlay.js';
import type { CellNote, SheetPage, SheetRow } from './sheet-page.js';
import { trimText } from './trim-text.js';

/** A row of a sheet as people see it. */
export interface MappedRow extends Omit<SheetRow, 'cells'> {
  /** Place in its page. */
  readonly index: number;
  readonly edit: RowEdit;
  /** People added it; it has no source. */
  readonly isAdded: boolean;
  /** The mapped text of each column with the changes of people; undefined for a blank cell. */
  readonly texts: readonly (string | undefined)[];
}

/** Whether nothing was typed in an added row. */
export function isBlankRow({ isAdded, edit }: MappedRow): boolean {
  if (!isAdded) return false;
  for (const text of edit.cells.values()) if (text !== null && text !== '') return false;
  return true;
}

export interface PageOfRows {
  readonly page: SheetPage;
  readonly overlay: Overlay;
  /** Whether people added its rows, which have no source. */
  readonly isAdded: boolean;
}

export interface RowMapper {
  readonly columns: readonly Column[];
  /** The rows at these places of a page. */
  mapRows(page: PageOfRows, indexes: readonly number[]): MappedRow[];
  /** The column of the source that a column is mapped from by its path. */
  sourceOf(position: number): number | undefined;
  /** Whether the text of a cell is a number that its format wrote with a decimal point. */
  isDecimal(row: MappedRow, position: number): boolean;
}

export interface RowMapperOptions {
  /** Paths of the columns of the source. */
  readonly paths: readonly string[];
  readonly mapping: Mapping;
  /** The columns to map, a part of those of the template. */
  readonly columns: readonly Column[];
}

/** Maps rows of pages. Spaces around source texts are taken away; the changes of people replace mapped texts. */
export function compileRowMapper({ paths, mapping, columns }: RowMapperOptions): RowMapper {
  const keys = new Set(columns.map(({ key }) => key));
  const entries = mapping.filter(({ column }) => keys.has(column));
  const compiled = compileMapping(entries, columns);
  const positions = new Map(columns.map(({ key }, position) => [key, position]));
  const placeOf = Int32Array.from(paths, (path) => compiled.paths.indexOf(path));
  const blank: readonly (string | undefined)[] = columns.map(() => undefined);

  const sourceOf = columns.map(({ key }) => {
    const entry = entries.find(({ column }) => column === key);
    const source = entry && 'path' in entry ? paths.indexOf(entry.path) : -1;
    return source < 0 ? undefined : source;
  });

  const readFields = (page: SheetPage, index: number, fields: (string | undefined)[]) => {
    const head = page.readFields(index, { placeOf, fields });
    for (let place = 0; place < fields.length; place += 1) {
      const text = fields[place];
      if (text !== undefined) fields[place] = trimText(text);
    }
    return head;
  };

  const decimalsOf = (notes: readonly CellNote[]): number[] =>
    notes.flatMap(({ column, kind }) => {
      const place = kind === 'decimal' ? (placeOf[column] ?? -1) : -1;
      return place < 0 ? [] : [place];
    });

  const withEdit = (texts: readonly (string | undefined)[], { cells }: RowEdit) => {
    const changed = [...texts];
    for (const [key, text] of cells) {
      const position = positions.get(key);
      if (position !== undefined) changed[position] = text ?? undefined;
    }
    return changed;
  };

  return {
    columns,
    mapRows({ page, overlay, isAdded }, indexes) {
      const records: RawRecord[] = [];
      const rows = indexes.map((index) => {
        const fields = new Array<string | undefined>(compiled.paths.length).fill(undefined);
        const { id, source, notes } = readFields(page, index, fields);
        records.push({ record: id, fields, decimalFields: notes && decimalsOf(notes) });
        return { id, source, notes, index, edit: overlay.get(index) ?? NO_EDIT, isAdded, texts: blank };
      });
      if (!isAdded)
        compiled.mapRecords(records).forEach(({ texts }, at) => {
          rows[at]!.texts = texts;
        });
      for (const row of rows) if (row.edit.cells.size > 0) row.texts = withEdit(row.texts, row.edit);
      return rows;
    },
    sourceOf: (position) => sourceOf[position],
    isDecimal({ edit, notes = [] }, position) {
      const source = sourceOf[position];
      if (source === undefined || edit.cells.has(columns[position]!.key)) return false;
      return notes.some(({ kind, column }) => kind === 'decimal' && column === source);
    },
  };
}
