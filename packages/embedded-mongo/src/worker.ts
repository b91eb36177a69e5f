import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddedServer } from './server.js';

export interface WorkerOptions {
  dataDir: string;
  socketPath: string | undefined;
  password: string | undefined;
  durability: 'flush' | 'commit';
  ttlSweepSeconds: number;
}

export type WorkerMessage = { kind: 'listening'; uri: string } | { kind: 'fault'; message: string };

const options = workerData as WorkerOptions;
const port = parentPort!;
const post = (message: WorkerMessage): void => port.postMessage(message);

const server = await EmbeddedServer.start({
  path: options.dataDir,
  ack: options.durability,
  ttlSeconds: options.ttlSweepSeconds,
  ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
});
port.on('message', () => void server.close().finally(() => process.exit(0)));
post({ kind: 'listening', uri: server.uri });
