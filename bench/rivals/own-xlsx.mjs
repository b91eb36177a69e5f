// Reads all rows of the first worksheet with the reader of uploads, and does nothing else.
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';

const require = createRequire(import.meta.resolve('@inlet/api/package.json'));
const { openFileTable } = await import(require.resolve('@inlet/pipeline'));
const [, , path] = process.argv;
const start = performance.now();
const handle = await open(path);
const { size } = await handle.stat();
const read = async (position, length) => {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
};
const table = await openFileTable({ size, read }, { spillDirectory: tmpdir() });
let rows = 0;
for await (const batch of table.rows()) rows += batch.length;
await table.close();
await handle.close();
const ms = performance.now() - start;
if (rows < 1000) throw new Error(`only ${rows} rows`);
const { user, system } = process.cpuUsage();
process.send({ ms, cpuMs: (user + system) / 1000, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect();
