import { expect } from 'vitest';
import { openTextTable } from '../../src/read/table/open-text-table.js';
import type { Table, TableOptions, TableRow } from '../../src/read/table/table.js';
import { CHUNK_SIZES, inChunks } from '../sources.js';

export interface ReadTable {
  readonly table: Table;
  readonly rows: readonly TableRow[];
  readonly cells: readonly TableRow['cells'][];
  readonly lines: readonly number[];
}

export async function readRows(table: Table): Promise<ReadTable> {
  const rows: TableRow[] = [];
  try {
    for await (const batch of table.rows()) rows.push(...batch);
  } finally {
    await table.close();
  }
  return { table, rows, cells: rows.map(({ cells }) => cells), lines: rows.map(({ row }) => row) };
}

/** Reads a text in chunks of each size, and fails unless all are the same. */
export async function readText(
  bytes: Uint8Array | string,
  options?: TableOptions,
  sizes: readonly number[] = CHUNK_SIZES,
): Promise<ReadTable> {
  const found: ReadTable[] = [];
  for (const size of sizes) found.push(await readRows(await openTextTable(inChunks(bytes, size), options)));
  const [whole] = found as [ReadTable];
  for (const { table, rows } of found) {
    expect(rows).toStrictEqual(whole.rows);
    expect({ ...table, ...table.facts }).toMatchObject(describeTable(whole.table));
  }
  return whole;
}

const describeTable = ({ format, encoding, delimiter, headings, facts }: Table) => ({
  format,
  encoding,
  delimiter,
  headings,
  warnings: facts.warnings,
  rows: expect.anything(),
  width: facts.width,
  blankRows: facts.blankRows,
});
