import type { Column, Issue } from '@inlet/contracts';
import type { MappedRow, RowMapper } from './map-rows.js';
import type { CellNote } from './sheet-page.js';

const NONE: readonly Issue[] = [];

/**
 * Compiles the warnings about cells that a spreadsheet program has spoiled: errors such as `#N/A`, which are blank, and
 * numbers without their last digits. A cell that a person has changed has none.
 */
export function compileNoteIssues(mapper: RowMapper): (row: MappedRow) => readonly Issue[] {
  const columnsOf = new Map<number, Column[]>();
  mapper.columns.forEach((column, position) => {
    const source = mapper.sourceOf(position);
    if (source !== undefined) columnsOf.set(source, [...(columnsOf.get(source) ?? []), column]);
  });
  return ({ notes, edit }) => {
    if (notes === undefined) return NONE;
    return notes.flatMap((note) =>
      (columnsOf.get(note.column) ?? [])
        .filter(({ key }) => !edit.cells.has(key))
        .flatMap((column) => issueOf(note, column) ?? []),
    );
  };
}

function issueOf({ kind, text }: CellNote, { key, type }: Column): Issue | undefined {
  if (kind === 'error')
    return {
      columnKey: key,
      code: 'spreadsheet_error',
      message: `The spreadsheet shows the error ${text} here, so the cell is blank.`,
      severity: 'warning',
      value: text,
    };
  // A number needs no more digits than it has.
  if (kind === 'decimal' || type === 'number') return undefined;
  return {
    columnKey: key,
    code: 'digits_lost',
    message: `“${text}” has lost digits in the spreadsheet program. Format the column as text there, enter the values again and export the file again.`,
    severity: 'warning',
    value: text,
  };
}
