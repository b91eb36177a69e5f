import type { CheckedRow, Column } from '@inlet/contracts';
import { canBeEmpty } from '@inlet/pipeline';
import type { EmptiedColumn } from '../ports/change-reader.js';

const EXAMPLES = 5;

interface CountedColumn {
  readonly position: number;
  readonly columnKey: string;
  values: number;
  emptied: number;
  readonly examples: string[];
}

/** Counts the values of optional columns that could not be read and left their cells empty. */
export function createEmptiedCells(columns: readonly Column[]) {
  const counted = columns.flatMap((column, position): CountedColumn[] =>
    canBeEmpty(column) ? [{ position, columnKey: column.key, values: 0, emptied: 0, examples: [] }] : [],
  );
  return {
    note({ record, cells, issues }: CheckedRow): void {
      for (const column of counted) {
        if (cells[column.position] !== null) column.values += 1;
        else if (issues !== undefined) {
          // An empty cell of an optional column breaks no rule, so its only issue is its value.
          const issue = issues.find(({ columnKey }) => columnKey === column.columnKey);
          if (issue === undefined) continue;
          column.values += 1;
          column.emptied += 1;
          if (column.examples.length < EXAMPLES) column.examples.push(`Record ${record}: ${issue.message}`);
        }
      }
    },
    columns: (): readonly EmptiedColumn[] =>
      counted.filter(({ emptied }) => emptied > 0).map(({ position: _, ...column }) => column),
  };
}
