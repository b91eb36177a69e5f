import type { Column } from './column.js';
import type { Mapping } from './mapping.js';

const hasOptions = ({ type }: Pick<Column, 'type'>): boolean => type === 'select' || type === 'multi_select';

/** Whether people may add options to a column. */
export const allowsNewOptions = (column: Pick<Column, 'type' | 'allowNewOptions'>): boolean =>
  hasOptions(column) && column.allowNewOptions === true;

/** The options that a mapping adds to those of a template, by column key. Those that the template has by now are left out. */
export function newOptionsOf(
  columns: readonly Column[],
  mapping: Mapping,
): ReadonlyMap<string, readonly string[]> {
  const added = new Map<string, readonly string[]>();
  for (const { column: key, newOptions } of mapping) {
    const column = columns.find((each) => each.key === key);
    if (!newOptions || !column || !allowsNewOptions(column)) continue;
    const known = new Set(column.options?.map(({ value }) => value));
    const others = [...new Set(newOptions)].filter((value) => !known.has(value));
    if (others.length > 0) added.set(key, others);
  }
  return added;
}

/** Columns with the options that a mapping adds to them. */
export function withNewOptions(columns: readonly Column[], mapping: Mapping): Column[] {
  const added = newOptionsOf(columns, mapping);
  return columns.map((column) => {
    const others = added.get(column.key);
    if (!others) return column;
    return { ...column, options: [...(column.options ?? []), ...others.map((value) => ({ value }))] };
  });
}
