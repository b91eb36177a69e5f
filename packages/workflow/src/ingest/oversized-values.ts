import type { CheckedRow, Column, Issue, Mapping } from '@inlet/contracts';
import { canBeEmpty, DEFAULT_READ_LIMITS, mappingPaths } from '@inlet/pipeline';

interface OversizedOptions {
  readonly columns: readonly Column[];
  /** `oversized` of a record are indexes of these. */
  readonly paths: readonly string[];
}

/** Turns values over the limit, which the reader left out, into issues of their columns. */
export function compileOversized(mapping: Mapping, { columns, paths }: OversizedOptions) {
  const positions = new Map(columns.map(({ key }, index) => [key, index]));
  const columnsOf = (slot: number): number[] =>
    mapping.flatMap((entry) => {
      const isUsed = mappingPaths([entry]).includes(paths[slot] ?? '');
      const position = positions.get(entry.column);
      return isUsed && position !== undefined ? [position] : [];
    });
  return {
    /** A cell of an optional column that may be empty costs the cell, any other the row. */
    reject(row: CheckedRow, oversized: readonly number[] | undefined): CheckedRow {
      const large = [...new Set(oversized?.flatMap(columnsOf))];
      if (large.length === 0) return row;
      const issues = large.flatMap((position) => issueOf(columns[position]));
      return {
        ...row,
        cells: row.cells.map((cell, position) => (large.includes(position) ? null : cell)),
        issues: [...(row.issues ?? []), ...issues],
        isValid: row.isValid && issues.every(({ severity }) => severity === 'warning'),
      };
    },
  };
}

function issueOf(column: Column | undefined): Issue[] {
  if (column === undefined) return [];
  return [
    {
      columnKey: column.key,
      code: 'value_too_large',
      message: `The value has more than ${DEFAULT_READ_LIMITS.maxFieldChars} characters.`,
      severity: canBeEmpty(column) ? 'warning' : 'error',
    },
  ];
}
