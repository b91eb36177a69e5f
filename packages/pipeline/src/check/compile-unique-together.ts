import type { Cell, Column, UniqueTogether } from '@inlet/contracts';
import { createFirstRecords } from '../values/first-records.js';
import type { IssueSink } from './issue-sink.js';

export type CheckCells = (cells: readonly Cell[], record: number) => void;

/** Rows are equal if the typed values of all columns are equal; empty equals empty, but all empty is no value. */
export function compileUniqueTogether(
  group: UniqueTogether,
  options: { readonly columns: readonly Column[]; readonly sink: IssueSink },
): CheckCells {
  const positions = group.columns.map((key) => options.columns.findIndex((column) => column.key === key));
  const names = positions.map((position) => options.columns[position]?.name ?? '').join(', ');
  const seen = createFirstRecords();
  return (cells, record) => {
    const values = positions.map((position) => cells[position] ?? null);
    if (values.every((value) => value === null)) return;
    const first = seen.add(JSON.stringify(values), record);
    if (first === undefined) return;
    options.sink.report({
      columnKey: null,
      refusal: { refused: 'not_unique_together', fill: { first, columns: names } },
      text: values.map((value) => (value === null ? '' : String(value))).join(', '),
      severity: group.severity,
      message: group.message,
    });
  };
}
