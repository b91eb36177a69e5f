import { InletError } from '@inlet/contracts/errors';
import { readHead } from '@inlet/contracts/stream-head';
import { openCsvTable } from './csv-table.js';
import { SNIFF_BYTES, sniffFormat } from './sniff-format.js';
import type { Table, TableOptions } from './table.js';

/**
 * Opens CSV and other text as a table, while its bytes still arrive. Throws `source_empty`, `source_format_unknown`,
 * `source_encoding_unknown` and the errors of the source; reading the rows throws `source_too_large` as well.
 */
export async function openTextTable(
  bytes: AsyncIterable<Uint8Array>,
  options: TableOptions = {},
): Promise<Table> {
  const source = await readHead(bytes, { minBytes: SNIFF_BYTES });
  try {
    if (source.reason === 'failed') throw source.error;
    const sniffed = sniffFormat(Buffer.concat(source.chunks));
    if (sniffed.access === 'file' || sniffed.format !== 'csv')
      throw new InletError('source_format_unknown', { detail: 'This file is not text in rows and columns.' });
    return await openCsvTable(source.all, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}
