// Exits or throws, as its arguments say, while its server is writing.
import { MongoClient } from 'mongodb';
import { startEmbeddedMongo } from '../../dist/index.js';

const [dataDir, way, afterMs] = process.argv.slice(2);
const server = await startEmbeddedMongo({ dataDir });
const client = await MongoClient.connect(server.uri);
const write = async () => {
  for (;;)
    await client
      .db('d')
      .collection('c')
      .insertMany(Array.from({ length: 100 }, () => ({ x: 'y'.repeat(500) })));
};
for (let i = 0; i < 8; i++) write().catch(() => {});
setTimeout(() => {
  if (way === 'throw') throw new Error('on purpose');
  process.exit(0);
}, Number(afterMs));
process.send('writing');
