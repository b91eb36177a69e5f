import { createServer } from 'node:http';
import { listen, shutDown } from './listen.js';

/** A port of 127.0.0.1 that nothing listens on, for what has to know its port before it starts. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listen(probe);
  await shutDown(probe);
  return port;
}
