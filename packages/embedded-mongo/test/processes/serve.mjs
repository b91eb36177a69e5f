// Serves a data directory once its parent says so, until it is killed, and tells the parent where.
import { startEmbeddedMongo } from '../../dist/index.js';

process.once('message', async ({ dataDir, durability }) => {
  const server = await startEmbeddedMongo({ dataDir, durability, onError: (error) => console.error(error) });
  process.send({ uri: server.uri });
});
process.on('disconnect', () => process.exit());
process.send('loaded');
