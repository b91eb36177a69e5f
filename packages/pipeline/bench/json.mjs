// Reads generated JSON and NDJSON (or the files given) with Inlet, all fields and three of them, beside JSON.parse
// of the whole file and of each line.
// Usage: node packages/pipeline/bench/json.mjs [file.json file.ndjson]   (after `pnpm build`)
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readJson } from '../dist/read/json/read-json.js';
import { COLUMNS, productJson, productNdjson } from './products.mjs';
import { report } from './report.mjs';

const RECORDS = 300_000;
const [array = productJson(RECORDS), lines = productNdjson(RECORDS)] = process.argv.slice(2);
const paths = [...COLUMNS, 'tags', 'dims/w', 'dims/unit'];

async function inlet(file, format, wanted) {
  const facts = { format, encoding: 'utf-8', bytes: 0, records: 0, warnings: [] };
  const chunks = createReadStream(file, { highWaterMark: 65_536 });
  let cells = 0;
  const request = { recordPath: '/', parseOptions: {}, paths: wanted, format };
  for await (const batch of readJson({ chunks, facts }, request)) {
    for (const { fields } of batch) cells += fields.length;
  }
  return cells > 0 ? facts.records : 0;
}

async function parseLines() {
  let records = 0;
  for await (const line of createInterface({ input: createReadStream(lines) })) {
    if (JSON.parse(line).id !== undefined) records += 1;
  }
  return records;
}

await report(statSync(array).size, [
  ['inlet, array, 13 fields', () => inlet(array, 'json', paths)],
  ['inlet, array, 3 fields', () => inlet(array, 'json', paths.slice(0, 3))],
  ['inlet, lines, 13 fields', () => inlet(lines, 'ndjson', paths)],
  ['inlet, lines, 3 fields', () => inlet(lines, 'ndjson', paths.slice(0, 3))],
  ['readline + JSON.parse', parseLines],
  ['JSON.parse of the whole', async () => JSON.parse(readFileSync(array, 'utf8')).length],
]);
