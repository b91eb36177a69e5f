// Reads all rows of the first worksheet with hucre's stream, and does nothing else.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { streamXlsxRows } from 'hucre';

const [, , path] = process.argv;
const start = performance.now();
let rows = 0;
for await (const { values } of streamXlsxRows(Readable.toWeb(createReadStream(path))))
  if (values.length > 0) rows += 1;
const ms = performance.now() - start;
if (rows < 1000) throw new Error(`only ${rows} rows`);
const { user, system } = process.cpuUsage();
process.send({ ms, cpuMs: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
