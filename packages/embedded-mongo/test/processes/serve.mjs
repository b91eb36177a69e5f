// Serves a data directory when its parent asks for it, sends the URI, and runs until it is killed.
import { startEmbeddedMongo } from '../../dist/index.js';

process.once('message', async ({ dataDir, durability }) => {
  const server = await startEmbeddedMongo({ dataDir, durability, onError: (error) => console.error(error) });
  process.send({ uri: server.uri });
});
process.on('disconnect', () => process.exit());
process.send('loaded');
