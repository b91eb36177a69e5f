import { readHead } from '@inlet/contracts/stream-head';
import { openCsvTable } from './csv-table.js';
import { openRecordTable } from './record-table.js';
import { SNIFF_BYTES, sniffFormat } from './sniff-format.js';
import type { Table, TableOptions } from './table.js';

/**
 * Opens CSV, JSON, NDJSON or XML as a table, while its bytes still arrive. Throws `source_empty`,
 * `source_format_unknown`, `source_encoding_unknown`, the errors of `openRecordTable` and those of the source; reading the
 * rows throws `source_too_large` as well.
 */
export async function openTextTable(
  bytes: AsyncIterable<Uint8Array>,
  options: TableOptions = {},
): Promise<Table> {
  const source = await readHead(bytes, { minBytes: SNIFF_BYTES });
  try {
    if (source.reason === 'failed') throw source.error;
    const sniffed = sniffFormat(Buffer.concat(source.chunks));
    if (sniffed.access === 'file')
      throw new RangeError(`A ${sniffed.container} file is not text: open it with openFileTable.`);
    return sniffed.format === 'csv'
      ? await openCsvTable(source.all, options)
      : await openRecordTable(source.all, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}
