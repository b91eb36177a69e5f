// Parses a CSV file with udsv while it is read, and does nothing else.
import { createReadStream } from 'node:fs';
import { inferSchema, initParser } from 'udsv';

const [, , path] = process.argv;
const start = performance.now();
let parser;
let rows = 0;
const count = (batch) => {
  rows += batch.length;
};
const decoder = new TextDecoder();
for await (const bytes of createReadStream(path, { highWaterMark: 262_144 })) {
  const text = decoder.decode(bytes, { stream: true });
  parser ??= initParser(inferSchema(text));
  parser.chunk(text, parser.stringArrs, count);
}
parser.end();
const ms = performance.now() - start;
if (rows < 1000) throw new Error(`only ${rows} rows`);
const { user, system } = process.cpuUsage();
process.send({ ms, cpuMs: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
