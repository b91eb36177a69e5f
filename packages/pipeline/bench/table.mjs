// Reads a million generated rows of CSV as a table, and with a bare scanner that keeps all cells.
// Usage: node packages/pipeline/bench/table.mjs [file]   (after `pnpm build`)
import { createReadStream, statSync } from 'node:fs';
import { BlockReader } from '../dist/read/blocks/block-reader.js';
import { CsvScanner } from '../dist/read/csv/csv-scanner.js';
import { openTextTable } from '../dist/read/table/open-text-table.js';
import { COLUMNS, productCsv } from './products.mjs';
import { report } from './report.mjs';

const file = process.argv[2] ?? productCsv(1_000_000);
const chunks = () => createReadStream(file, { highWaterMark: 262_144 });

async function scanner() {
  let rows = 0;
  const scan = new CsvScanner({
    dialect: { delimiter: ',', quote: '"' },
    maxRecordBytes: 4_194_304,
    maxFieldChars: 1_048_576,
    onRecord: () => {
      rows += 1;
    },
    onFault: () => {},
  });
  scan.select(
    Int32Array.from(COLUMNS, (_, column) => column),
    COLUMNS.length,
  );
  const reader = new BlockReader(chunks());
  await reader.fill(0);
  while (!reader.isLast) await reader.fill(scan.scan(reader));
  scan.scan(reader);
  return rows;
}

async function table() {
  const opened = await openTextTable(chunks());
  for await (const _ of opened.rows());
  return opened.facts.rows;
}

await report(statSync(file).size, [
  ['bare scanner', scanner],
  ['table of rows', table],
]);
