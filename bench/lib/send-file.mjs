// Sends a file to an upload from a process of its own, as a browser or a host does.
import { createReadStream } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';

const [, , url, accesskey, path] = process.argv;
const start = performance.now();
const headers = { accesskey, 'content-type': 'application/octet-stream' };
const call = request(url, { method: 'POST', headers });
const answered = new Promise((resolve, reject) => {
  call.on('response', (response) => {
    response.resume().on('end', () => resolve(response.statusCode));
  });
  call.on('error', reject);
});
await pipeline(createReadStream(path, { highWaterMark: 262_144 }), call);
const sentAt = Date.now();
const status = await answered;
if (status >= 300) throw new Error(`the upload answered ${status}`);
const { user, system } = process.cpuUsage();
process.send({ ms: performance.now() - start, sentAt, cpuMs: (user + system) / 1000 });
process.disconnect();
