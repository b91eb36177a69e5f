import { parentPort, workerData } from 'node:worker_threads';
import { type ServerOptions, startServer } from './server.js';

/** What the worker thread is started with. */
export type WorkerOptions = Omit<ServerOptions, 'onFault'>;

/** What the worker thread tells: first where it listens, later of faults. */
export type WorkerMessage = { kind: 'listening'; uri: string } | { kind: 'fault'; error: Error };

const port = parentPort;
if (port === null) throw new Error('this file is the entry of a worker thread');
const post = (message: WorkerMessage): void => port.postMessage(message);

const server = await startServer({
  ...(workerData as WorkerOptions),
  onFault: (error) => post({ kind: 'fault', error }),
});
// A native handle of the storage library may keep the thread alive, so its end is said, not awaited.
port.on('message', () => void server.close().finally(() => process.exit(0)));
post({ kind: 'listening', uri: server.uri });
