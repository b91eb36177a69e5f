import type { BlankRule, Column } from '@inlet/contracts';
import { isRequired } from '@inlet/pipeline';

/** How blank cells are delivered. */
export interface BlankSetting {
  readonly rule: BlankRule;
  /** Columns that have a mapping; the others may be left out. */
  readonly mapped: readonly string[];
}

/** The delivered form of a row. */
export interface DeliveredValues {
  /** JSON of its values. */
  readonly values: string;
  /** JSON of the member `blank` with a comma behind it; empty without one. */
  readonly blank: string;
}

/**
 * The columns with the defaults that are used: with `keep`, a blank cell of a mapped column keeps what the receiver has,
 * unless the column is required.
 */
export function withUsedDefaults(
  columns: readonly Column[],
  { rule, mapped }: BlankSetting,
): readonly Column[] {
  if (rule !== 'keep') return columns;
  return columns.map((column) => {
    if (column.default === undefined || !mapped.includes(column.key) || isRequired(column)) return column;
    const { default: _, ...rest } = column;
    return rest;
  });
}

/** Compiles the delivered form of rows without their blank cells. Not for `clear`, which delivers all cells. */
export function compileWithoutBlanks(
  columns: readonly Column[],
  { rule, mapped }: BlankSetting,
): (cells: readonly string[]) => DeliveredValues {
  const members = columns.map(({ key }) => {
    const name = JSON.stringify(key);
    return { name, head: `${name}:`, isMapped: mapped.includes(key) };
  });
  return (cells) => {
    const values: string[] = [];
    const blank: string[] = [];
    members.forEach(({ name, head, isMapped }, at) => {
      const cell = cells[at] ?? 'null';
      if (cell !== 'null') values.push(head + cell);
      else if (!isMapped) return;
      else if (rule === 'keep') blank.push(name);
      else values.push(`${head}null`);
    });
    return {
      values: `{${values.join(',')}}`,
      blank: blank.length === 0 ? '' : `"blank":[${blank.join(',')}],`,
    };
  };
}
