import type { Issue, SheetRowView } from '@inlet/contracts';
import { isBlankRow, type MappedRow, type RowMapper } from './map-rows.js';
import type { RowStates } from './row-states.js';
import type { SourceRow } from './sheet-page.js';
import type { SheetPages } from './sheet-pages.js';
import type { SheetRules } from './sheet-rules.js';

export interface ShownSheet {
  readonly pages: SheetPages;
  readonly mapper: RowMapper;
  readonly states: RowStates;
  readonly rules: SheetRules;
  /** Issues that no rule of the template finds. */
  readonly otherIssuesOf: (row: MappedRow) => readonly Issue[];
  readonly viewSource: (source: SourceRow) => NonNullable<SheetRowView['sourceRow']>;
}

/** A row as people see it, and its place in the files. */
export interface ShownRow {
  readonly view: SheetRowView;
  readonly source: SourceRow | null;
}

/** The rows as people see them, in the given order. */
export async function showRows(sheet: ShownSheet, rows: readonly number[]): Promise<ShownRow[]> {
  const mapped = new Map<number, MappedRow>();
  for (const { page, loaded, indexes } of await sheet.pages.loadRows(rows))
    for (const one of sheet.mapper.mapRows(loaded, indexes)) mapped.set(page.firstRow - 1 + one.index, one);
  const numbers = await numbersOfOriginals(sheet, rows);
  const numberOf = (row: number) => numbers.get(row) ?? row + 1;
  return rows.map((row) => {
    const found = mapped.get(row)!;
    return { source: found.source, view: viewRow(sheet, found, numberOf) };
  });
}

function viewRow(sheet: ShownSheet, mapped: MappedRow, numberOf: (row: number) => number): SheetRowView {
  return {
    id: mapped.id,
    sourceRow: mapped.source && sheet.viewSource(mapped.source),
    cells: mapped.texts.map((text) => text ?? null),
    issues: isBlankRow(mapped) ? [] : issuesOf(sheet, mapped, numberOf),
    isEdited: mapped.edit.cells.size > 0,
  };
}

function issuesOf(sheet: ShownSheet, mapped: MappedRow, numberOf: (row: number) => number): Issue[] {
  const { cells, issues = [] } = sheet.rules.checkRow(mapped);
  const duplicate = sheet.states.duplicateIssues(mapped.id - 1, cells, numberOf);
  return [...issues, ...sheet.otherIssuesOf(mapped), ...duplicate];
}

/** How people know the rows that others repeat: by the row of the file. */
async function numbersOfOriginals(
  { pages, states }: ShownSheet,
  rows: readonly number[],
): Promise<Map<number, number>> {
  const originals = new Set(rows.flatMap((row) => states.originalsOf(row)));
  const numbers = new Map<number, number>();
  if (originals.size === 0) return numbers;
  for (const { page, loaded, indexes } of await pages.loadRows(originals))
    for (const index of indexes) {
      const { id, source } = loaded.page.row(index);
      numbers.set(page.firstRow - 1 + index, source?.row ?? id);
    }
  return numbers;
}
