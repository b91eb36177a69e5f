// Reads a generated CSV file (or the one given) with Inlet and with csv-parse, one after the other, all columns.
// Usage: node packages/pipeline/bench/csv.mjs [file]   (after `pnpm build`)
import { createReadStream, statSync } from 'node:fs';
import { parse } from 'csv-parse';
import { readCsv } from '../dist/read/csv/read-csv.js';
import { COLUMNS, productCsv } from './products.mjs';
import { report } from './report.mjs';

const ROWS = 500_000;
const file = process.argv[2] ?? productCsv(ROWS);
const bytes = statSync(file).size;

async function inlet(wanted) {
  const facts = { format: 'csv', encoding: 'utf-8', bytes: 0, records: 0, warnings: [] };
  const chunks = createReadStream(file, { highWaterMark: 65_536 });
  let cells = 0;
  for await (const batch of readCsv(
    { chunks, facts },
    { recordPath: '/', parseOptions: {}, paths: wanted },
  )) {
    for (const { fields } of batch) cells += fields.length;
  }
  return cells > 0 ? facts.records : 0;
}

async function csvParse() {
  let rows = 0;
  for await (const row of createReadStream(file).pipe(parse({ from_line: 2 })))
    rows += row.length > 0 ? 1 : 0;
  return rows;
}

await report(bytes, [
  ['inlet, 10 columns', () => inlet(COLUMNS)],
  ['inlet, 3 columns', () => inlet(COLUMNS.slice(0, 3))],
  ['csv-parse', csvParse],
]);
