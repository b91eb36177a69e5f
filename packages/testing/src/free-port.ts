import { createServer } from 'node:http';
import { listenOnLoopback, shutDown } from './loopback-server.js';

/** A port of 127.0.0.1 that nothing listens on, for what has to know its port before it starts. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listenOnLoopback(probe);
  await shutDown(probe);
  return port;
}
