// Writes many large documents and reads them back, with server and client in this process, and
// sends the peak memory before and after, in MB. Garbage is collected between the operations, because
// the peak would otherwise show when the engine gets round to it. Run with `--expose-gc`.
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../../dist/index.js';

const [dataDir, count] = process.argv.slice(2);
const peakMb = () => process.resourceUsage().maxRSS / 1024;
const server = await startEmbeddedMongo({ dataDir });
const client = await MongoClient.connect(server.uri);
const pages = client.db('d').collection('pages');
await pages.createIndex({ run: 1, page: 1 }, { unique: true });
const body = Buffer.alloc(1_000_000, 7);
const before = peakMb();
for (let page = 0; page < Number(count); page++) {
  await pages.insertOne({ run: 'r', page, body: body.subarray(0, 500_000 + ((page * 7919) % 500_000)) });
  if (page % 8 === 0) globalThis.gc();
}
for (let page = 0; page < Number(count); page++) {
  if ((await pages.findOne({ run: 'r', page })).page !== page) throw new Error('another page');
  if (page % 8 === 0) globalThis.gc();
}
await pages.find({ run: 'r' }, { projection: { page: 1 } }).toArray();
const after = peakMb();
await client.close();
await server.close();
process.send({ before, after });
process.disconnect();
