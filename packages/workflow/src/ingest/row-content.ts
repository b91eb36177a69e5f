import type { Column, IdentityPaths, Mapping } from '@inlet/contracts';
import { isIdentityPath, mappingPaths } from '@inlet/pipeline';
import { compileValuesJson, type ValuesJson } from './row-values.js';

/** The parts of a row's values that count when runs are compared. */
export interface RowContent {
  /** JSON of the values that decide whether the row has changed, from that of each cell and that of all of them. */
  contentOf(cells: readonly string[], values: string): string;
  /** The same without columns that are mapped from an id or a link. */
  bareContentOf(cells: readonly string[], content: string): string;
}

export interface RowContentOptions {
  readonly columns: readonly Column[];
  readonly mapping: Mapping;
  readonly ignoreColumns: readonly string[];
  /** Paths of the identity in use. */
  readonly identityPaths: IdentityPaths | null;
}

export function compileRowContent({
  columns,
  mapping,
  ignoreColumns,
  identityPaths,
}: RowContentOptions): RowContent {
  const readsIdentity = (entry: Mapping[number]) =>
    mappingPaths([entry]).some((path) => isIdentityPath(path, identityPaths));
  const ignored = new Set(ignoreColumns);
  const identifying = new Set([...ignored, ...mapping.filter(readsIdentity).map(({ column }) => column)]);
  const toContent = jsonWithout(columns, ignored);
  // If every column identifies the row, what is left of it would be the same for all rows.
  const isBareUseful = identifying.size > ignored.size && columns.some(({ key }) => !identifying.has(key));
  const toBareContent = isBareUseful ? jsonWithout(columns, identifying) : null;
  return {
    contentOf: (cells, values) => toContent?.(cells) ?? values,
    bareContentOf: (cells, content) => toBareContent?.(cells) ?? content,
  };
}

const jsonWithout = (columns: readonly Column[], leftOut: ReadonlySet<string>): ValuesJson | null =>
  leftOut.size === 0 ? null : compileValuesJson(columns, leftOut);
