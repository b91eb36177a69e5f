// Starts an embedded database as a separate process on a port of 127.0.0.1 and prints its address. Tests use it
// like a MongoDB server: TEST_MONGODB_URI="$address" npm test
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedMongo } from '../packages/embedded-mongo/dist/index.js';

const dataDir = mkdtempSync(join(tmpdir(), 'inlet-database-'));
const server = await startEmbeddedMongo({ dataDir, transport: 'loopback', onError: console.error });
console.log(server.uri);
const idle = setInterval(() => {}, 2 ** 30);

const stop = async () => {
  clearInterval(idle);
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
