// Reads a generated workbook of 100,000 rows as a table and with hucre's streaming reader, in turn, with shared and with
// inline strings. Usage: node packages/pipeline/bench/workbook.mjs [rows]   (after `pnpm build`)
import { existsSync, openAsBlob, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamXlsxRows, writeXlsx } from 'hucre';
import { openFileTable } from '../dist/read/table/open-file-table.js';
import { report } from './report.mjs';

const ROWS = Number(process.argv[2] ?? 100_000);

const rowOf = (n) => [
  n,
  `SKU-${(100_000 + n).toString(36)}`,
  `Product ${n % 5000}`,
  `A ${n % 97} durable finish, a smooth handle ${n % 13}`,
  (n % 90_000) / 100,
  n % 2 === 0 ? 'EUR' : 'USD',
  n % 500,
  `Home > Kitchen ${n % 40}`,
  `https://shop.example.com/p/${n}`,
  new Date(1_700_000_000_000 + n * 86_400_000),
];

async function fileOf(stringMode) {
  const file = join(tmpdir(), `inlet-bench-${ROWS}-${stringMode}.xlsx`);
  if (existsSync(file)) return file;
  const rows = Array.from({ length: ROWS }, (_, n) => rowOf(n));
  const columns = rows[0].map((_, column) => (column === 9 ? { numFmt: 'yyyy-mm-dd' } : {}));
  writeFileSync(file, await writeXlsx({ sheets: [{ name: 'Data', rows, columns }], stringMode }));
  return file;
}

async function table(file) {
  const handle = await open(file);
  const read = async (position, length) => {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await handle.read(bytes, 0, length, position);
    return bytes.subarray(0, bytesRead);
  };
  const start = performance.now();
  const opened = await openFileTable({ size: statSync(file).size, read }, { spillDirectory: tmpdir() });
  let first;
  for await (const _ of opened.rows()) first ??= performance.now() - start;
  console.log(`first rows after ${first.toFixed(0)} ms`);
  await opened.close();
  await handle.close();
  return opened.facts.rows;
}

async function hucre(file) {
  let rows = 0;
  for await (const _ of streamXlsxRows((await openAsBlob(file)).stream())) rows += 1;
  return rows;
}

for (const mode of ['shared', 'inline']) {
  const file = await fileOf(mode);
  await report(statSync(file).size, [
    [`table, ${mode}`, () => table(file)],
    [`hucre, ${mode}`, () => hucre(file)],
    [`table, ${mode}, again`, () => table(file)],
    [`hucre, ${mode}, again`, () => hucre(file)],
  ]);
}
